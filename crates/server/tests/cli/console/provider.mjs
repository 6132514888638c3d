// A provider at which anyone may sign in, with any password, as a client that may be sent back anywhere: for tests.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "console", client_secret: "of-the-console", redirect_uris: ["http://127.0.0.1/console/signed-in"],
      grant_types: ["authorization_code"], response_types: ["code"],
    }],
    scopes: ["openid", "ledger:read:shop"],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience: "ledger", scope: "ledger:read:shop", accessTokenFormat: "jwt", accessTokenTTL: 600,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  provider.Client.prototype.redirectUriAllowed = () => true;
  server.on("request", provider.callback());
  console.log(issuer);
});
