// Owns how an operation's options are taken from the caller: as an object's own properties, and none that the verb decides itself.
// Must not know any particular option; what the tables hold is checked where requests are encoded.

/** The options, if they are an object that says everything itself. @throws {TypeError} */
export function checkOptions(operation: string, options: unknown, path = ''): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${operation}: ${path === '' ? 'options' : path} must be an object`);
  }
  for (const key in options) {
    // A polluted prototype must not say what the kernel is asked for.
    if (!Object.hasOwn(options, key)) {
      const where = path === '' ? key : `${path}.${key}`;
      throw new TypeError(`${operation}: ${where} is inherited: options must be the object's own`);
    }
    // What is left out is undefined; null means nothing to anyone.
    if ((options as Readonly<Record<string, unknown>>)[key] === null)
      throw new TypeError(`${operation}: ${path === '' ? key : `${path}.${key}`} must not be null`);
  }
}

/** Refuses attributes that a request has, but that are not this verb's to give. @throws {TypeError} */
export function refuse(
  options: object,
  refused: Readonly<Record<string, string>>,
  operation: string,
  path = '',
): void {
  for (const key of Object.keys(options)) {
    const why = Object.hasOwn(refused, key) ? refused[key] : undefined;
    if (why !== undefined) {
      throw new TypeError(`${operation}: ${path === '' ? key : `${path}.${key}`} is not an option${why}`);
    }
  }
}
