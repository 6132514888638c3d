// JSON with amounts as bigint. The server writes an amount as a number up to 2^53 - 1 and as a string above, and reads both.
import { schemas, type Shape } from "./shapes.js";

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The bytes of a request: the same value always gives the same bytes. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === "number" && !Number.isFinite(part)) throw new TypeError(`${part} is no number of JSON`);
    if (typeof part !== "bigint") return part;
    return part <= SAFE && part >= -SAFE ? Number(part) : part.toString();
  });
}

/** A response with its amounts as bigint, where its shape says that they are. */
export function decode(value: unknown, shape: Shape | undefined): unknown {
  if (shape === undefined || value === null || value === undefined) return value;
  if (shape === "$") return typeof value === "number" || typeof value === "string" ? BigInt(value) : value;
  if (typeof shape === "string") return decode(value, schemas[shape]);
  if (Array.isArray(shape)) return Array.isArray(value) ? value.map((part) => decode(part, shape[0])) : value;
  if (typeof value !== "object") return value;
  const object = value as Record<string, unknown>;
  for (const [field, of] of Object.entries(shape as Record<string, Shape>)) {
    for (const own of field === "*" ? Object.keys(object) : [field]) {
      if (Object.hasOwn(object, own)) object[own] = decode(object[own], of);
    }
  }
  return object;
}
