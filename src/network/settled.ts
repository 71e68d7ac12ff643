// Several questions asked at once, of which one may fail before the others are looked at. Knows nothing of what is asked.

/** Fulfils with what gives the answer, or throws why there is none. */
export function settled<Value>(work: Promise<Value>): Promise<() => Value> {
  return work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}
