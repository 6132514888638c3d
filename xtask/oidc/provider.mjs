// A provider for the contract check: one client, which gets access tokens (JWT, RFC 9068) for the audience "ledger".
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "till", client_secret: "till", grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }],
    scopes: ["ledger:write:shop", "ledger:read:*"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "urn:ledger",
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          audience: "ledger",
          scope: "ledger:write:shop ledger:read:*",
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
