// A real OpenID provider for the mail lab: issues JWT access tokens, logs its events as JSON lines.
//
// Reads one JSON object from standard input (passwords, clients, key, token life, log file),
// prints the port it listens on, and ends when standard input closes.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Provider, errors } from 'oidc-provider';

const input = createInterface({ input: process.stdin });
input.on('close', () => process.exit(0));
const house = JSON.parse(await new Promise((resolve) => { input.once('line', resolve); }));
const RESOURCE = 'urn:lab:mail';
const SCOPE = 'openid offline_access';

/** The provider keeps grants and refresh tokens in memory; a lab lives for seconds. */
const kept = new Map();
class Memory {
  constructor(model) { this.model = model; }
  key(id) { return `${this.model}:${id}`; }
  async upsert(id, payload) { kept.set(this.key(id), { ...payload }); }
  async find(id) { return kept.get(this.key(id)); }
  async destroy(id) { kept.delete(this.key(id)); }
  async consume(id) { kept.get(this.key(id)).consumed = Math.floor(Date.now() / 1000); }
  async findByUid() { return undefined; }
  async findByUserCode() { return undefined; }
  async revokeByGrantId(grant) {
    for (const [key, payload] of kept) if (payload.grantId === grant) kept.delete(key);
  }
}

/** The claims of each token, by its id, for the log. */
const lives = new Map();

const mail = {
  scope: 'mail',
  audience: RESOURCE,
  accessTokenFormat: 'jwt',
  accessTokenTTL: house.token_life_seconds,
  jwt: { sign: { alg: 'RS256' } },
};

const provider = new Provider('http://127.0.0.1', {
  adapter: Memory,
  clients: house.clients.map((id) => ({
    client_id: id,
    token_endpoint_auth_method: 'none',
    redirect_uris: [],
    response_types: [],
    grant_types: ['password', 'refresh_token'],
  })),
  jwks: { keys: [house.key] },
  scopes: ['openid', 'offline_access', 'mail'],
  ttl: { AccessToken: house.token_life_seconds, Grant: 90 * 86400, RefreshToken: 90 * 86400 },
  rotateRefreshToken: false,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => mail,
    },
  },
  formats: {
    customizers: {
      // The mail server looks for the issuer's key by `azp` and knows no other `typ`.
      jwt: (ctx, token, jwt) => {
        jwt.header = { typ: 'JWT' };
        jwt.payload.azp = token.clientId;
        jwt.payload.sid = token.grantId;
        lives.set(jwt.payload.jti, jwt.payload);
      },
    },
  },
});

// An application that trades a person's password for tokens, as mail programs of old do.
provider.registerGrantType('password', async (ctx) => {
  const { username, password } = ctx.oidc.params;
  if (!password || house.passwords[username] !== password) {
    throw new errors.InvalidGrant('wrong password');
  }
  const { client } = ctx.oidc;
  const grant = new provider.Grant({ accountId: username, clientId: client.clientId });
  grant.addOIDCScope(SCOPE);
  grant.addResourceScope(RESOURCE, 'mail');
  const grantId = await grant.save();
  const about = { accountId: username, client, grantId, gty: 'password' };
  const token = new provider.AccessToken({ ...about, scope: 'mail' });
  token.resourceServer = new provider.ResourceServer(RESOURCE, mail);
  const refresh = new provider.RefreshToken({ ...about, scope: `${SCOPE} mail`, resource: RESOURCE });
  ctx.oidc.entity('AccessToken', token);
  ctx.body = {
    access_token: await token.save(),
    refresh_token: await refresh.save(),
    expires_in: token.expiration,
    token_type: token.tokenType,
  };
}, ['username', 'password', 'scope', 'resource']);

const write = (event) => {
  appendFileSync(house.log, `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
};
provider.on('access_token.issued', (token) => {
  const { ctx } = Provider;
  write({
    event: 'access_token.issued',
    grant_type: ctx.oidc.params.grant_type,
    account: token.accountId,
    client_id: token.clientId,
    ip: ctx.ip,
    user_agent: ctx.get('user-agent'),
    token_id: token.jti,
    session_id: token.grantId,
    issued_at: lives.get(token.jti).iat,
    expires_at: lives.get(token.jti).exp,
  });
});
provider.on('grant.success', (ctx) => {
  const token = ctx.oidc.entities.AccessToken;
  write({
    event: 'grant.success',
    grant_type: ctx.oidc.params.grant_type,
    account: token.accountId,
    client_id: token.clientId,
    ip: ctx.ip,
    user_agent: ctx.get('user-agent'),
    token_id: token.jti,
    session_id: token.grantId,
  });
});
provider.on('grant.error', (ctx, error) => {
  write({
    event: 'grant.error',
    grant_type: ctx.oidc.params?.grant_type,
    account: ctx.oidc.params?.username,
    client_id: ctx.oidc.params?.client_id,
    ip: ctx.ip,
    user_agent: ctx.get('user-agent'),
    error: error.error,
    error_description: error.error_detail ?? error.error_description,
  });
});
provider.on('server_error', (ctx, error) => console.error(error));

const server = provider.listen(0, '127.0.0.1', () => console.log(server.address().port));
