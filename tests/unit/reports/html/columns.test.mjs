// What Python packed is unpacked to the same doubles. PACKED names a file of { packed, values }: hex by name.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { unpackColumns } from "../../../../src/tradewright/reports/html/assets/columns.mjs";

const { packed, values } = JSON.parse(readFileSync(process.env.PACKED, "utf8"));

test("every column is the same, bit for bit", async () => {
  const columns = await unpackColumns(packed);
  assert.deepEqual(Object.keys(columns), Object.keys(values));
  for (const [name, hex] of Object.entries(values)) {
    const bytes = Buffer.from(columns[name].buffer, columns[name].byteOffset, columns[name].byteLength);
    assert.equal(bytes.toString("hex"), hex, name);
  }
});
