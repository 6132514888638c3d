// Webhooks as https://www.standardwebhooks.com describes them (1.0.0): an HMAC-SHA256 over id, time and body.
import { createHmac, timingSafeEqual } from "node:crypto";

/** How old a message may be, in seconds. */
const TOLERANCE_S = 300;

export interface WebhookHeaders {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

/**
 * Checks that a message was sent by who has the secret, and lately. Gives what it says.
 *
 * `body` must be the bytes as they arrived. `secret` is the one of the endpoint: `whsec_` and base64.
 * @throws Error when a header is missing, the time is too far off, or no signature fits.
 */
export function verifyWebhook(body: string | Uint8Array, headers: WebhookHeaders, secret: string, now = new Date()): unknown {
  const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures } = headers;
  if (!id || !time || !signatures) throw new Error("a header is missing: webhook-id, webhook-timestamp or webhook-signature");
  const sent = /^\d{1,12}$/.test(time) ? Number(time) : Number.NaN;
  if (!(Math.abs(now.getTime() / 1_000 - sent) <= TOLERANCE_S)) throw new Error("the time of the message is too far off");
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const made = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest();
  const fits = signatures.split(" ").some((one) => {
    const [version, text] = one.split(",", 2);
    const given = Buffer.from(text ?? "", "base64");
    return version === "v1" && given.length === made.length && timingSafeEqual(given, made);
  });
  if (!fits) throw new Error("no signature fits: the secret is another, or the body was changed");
  return JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8"));
}
