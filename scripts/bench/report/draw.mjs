// Owns: turning specifications into images, by Vega, which draws without a browser. It must not know what they show.

/** @typedef {import('./pictures.mjs').Picture} Picture */

/**
 * @param {readonly Picture[]} pictures
 * @returns {Promise<(Picture & { svg: string })[]>} rejects where Vega is not installed: it is optional
 */
export async function draw(pictures) {
  const [vega, vegaLite] = await loadVega();
  return Promise.all(
    pictures.map(async (picture) => {
      const quiet = vega.logger(vega.Error);
      const { spec } = vegaLite.compile(picture.specification, { logger: quiet });
      const view = new vega.View(vega.parse(spec), { renderer: 'none', logger: quiet });
      const svg = await view.toSVG();
      view.finalize();
      return { ...picture, svg };
    }),
  );
}

async function loadVega() {
  try {
    return await Promise.all([import('vega'), import('vega-lite')]);
  } catch {
    throw new Error('pictures need the packages vega and vega-lite: npm install vega vega-lite');
  }
}
