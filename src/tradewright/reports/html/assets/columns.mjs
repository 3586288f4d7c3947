// Numbers as reports/packing.py packs them: bytes by place, deflated, in base64. The same doubles again.

export async function inflate(blob) {
  // Plain loops here: a function called for each of a million bytes holds up the page.
  const letters = atob(blob);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

export async function unpackColumns(packed) {
  const raw = await inflate(packed.blob);
  const columns = {};
  let at = 0;
  for (const [name, said] of Object.entries(packed.columns)) {
    const width = said.kind === "decimal" ? 4 : 8;
    const part = raw.subarray(at, at + width * said.n);
    at += part.length;
    columns[name] = said.kind === "decimal" ? decimals(part, said) : floats(part, said.n);
  }
  return columns;
}

function unshuffled(part, n, width) {
  const bytes = new Uint8Array(part.length);
  for (let place = 0; place < width; place++) {
    for (let i = 0; i < n; i++) bytes[i * width + place] = part[place * n + i];
  }
  return new DataView(bytes.buffer);
}

function floats(part, n) {
  const view = unshuffled(part, n, 8);
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = view.getFloat64(8 * i, true);
  return values;
}

function decimals(part, { n, digits, first }) {
  const view = unshuffled(part, n, 4);
  const scale = 10 ** digits;
  let units = first;
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = (units += view.getInt32(4 * i, true)) / scale;
  return values;
}
