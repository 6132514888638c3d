// Makes src/schema.ts (types) and src/shapes.ts (where amounts are) of the OpenAPI document.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

// What is written as whole minor units: a number up to 2^53 - 1, a string above.
const AMOUNTS = new Set(["Amount", "Balance", "Difference"]);
const PREFIX = "#/components/schemas/";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const head = "// Generated from docs/openapi.json by `npm run generate`. Do not edit.\n\n";

const types = await openapiTS(document, {
  alphabetize: true,
  transform: (_, { path }) =>
    path?.startsWith(PREFIX) && AMOUNTS.has(path.slice(PREFIX.length))
      ? ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword)
      : undefined,
});
writeFileSync("src/schema.ts", head + astToString(types));

// A shape says where amounts are: "$" is one, a name is a schema, [shape] an array, {field: shape} an object.
const schemas = document.components.schemas;
function shape(schema) {
  const name = schema.$ref?.slice(PREFIX.length);
  if (name) return AMOUNTS.has(name) ? "$" : name;
  const ways = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter((way) => way.type !== "null");
  if (ways.length === 1) return shape(ways[0]);
  if (schema.items) return [shape(schema.items)];
  // Fields of any name: "*" stands for each.
  if (schema.additionalProperties?.$ref) return { "*": shape(schema.additionalProperties) };
  if (!schema.properties) return undefined;
  return Object.fromEntries(Object.entries(schema.properties).map(([field, of]) => [field, shape(of)]));
}
const all = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, shape(schema)]));

// Whether there is an amount somewhere in a shape.
function leads(of, seen = new Set()) {
  if (of === "$") return true;
  if (typeof of === "string") return !seen.has(of) && leads(all[of], new Set([...seen, of]));
  return of !== undefined && of !== null && Object.values(of).some((part) => leads(part, seen));
}
function pruned(of) {
  if (of === undefined || !leads(of)) return undefined;
  if (typeof of === "string") return of;
  if (Array.isArray(of)) return [pruned(of[0])];
  return Object.fromEntries(Object.entries(of).map(([field, part]) => [field, pruned(part)]).filter(([, part]) => part));
}
const kept = Object.fromEntries(Object.entries(all).map(([name, of]) => [name, pruned(of)]).filter(([, of]) => of));
const responses = {};
for (const [path, item] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    for (const [status, response] of Object.entries(operation.responses ?? {})) {
      const schema = response.content?.["application/json"]?.schema;
      const of = schema && pruned(shape(schema));
      if (of && status.startsWith("2")) responses[`${method.toUpperCase()} ${path}`] = of;
    }
  }
}
writeFileSync(
  "src/shapes.ts",
  `${head}export type Shape = string | readonly [Shape] | { readonly [field: string]: Shape };\n\n` +
    `export const schemas: Record<string, Shape> = ${JSON.stringify(kept, null, 1)};\n\n` +
    `export const responses: Record<string, Shape> = ${JSON.stringify(responses, null, 1)};\n`,
);
