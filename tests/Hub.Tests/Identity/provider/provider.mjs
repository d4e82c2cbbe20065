// A real OpenID provider (oidc-provider) on loopback, with people who have no passwords: node provider.mjs PORT
import { Provider } from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://localhost:${port}`;
const redirects = ['http://localhost:3000/callback', 'http://localhost:3000/other'];

// Whoever signs in as NAME is NAME@example.com. "plain-NAME" has an address that nobody has checked; "NAME.GROUP" is in that group.
const account = (_, id) => ({
  accountId: id,
  claims: () => ({
    sub: id,
    name: `Person ${id}`,
    email: `${id.split('.')[0]}@example.com`,
    email_verified: !id.startsWith('plain-'),
    groups: id.split('.').slice(1),
  }),
});

const provider = new Provider(issuer, {
  clients: [
    { client_id: 'shop', client_secret: 'secret-of-the-shop', redirect_uris: redirects, id_token_signed_response_alg: 'RS256' },
    { client_id: 'console', token_endpoint_auth_method: 'none', redirect_uris: redirects, id_token_signed_response_alg: 'RS256' },
    { client_id: 'elsewhere', client_secret: 'secret-of-another', redirect_uris: redirects },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  findAccount: account,
  cookies: { keys: ['of-a-test'] },
  pkce: { required: () => true },
});

provider.listen(port, '127.0.0.1', () => console.log(`ready ${issuer}`));
