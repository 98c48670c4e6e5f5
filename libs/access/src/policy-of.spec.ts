import type { AbacoConfig } from '@abaco/config';
import { OpenAccess } from './open-access.js';
import { accessPolicyOf } from './policy-of.js';

const web = (mode: string) =>
  ({
    access_control: mode,
    tenant_name: 'DEV',
    api_server: 'http://127.0.0.1:8000',
    tenant_api_servers: [],
  }) as unknown as AbacoConfig['web'];

describe('accessPolicyOf', () => {
  it('opens the service in mode none', () => {
    expect(accessPolicyOf(web('none'))).toBeInstanceOf(OpenAccess);
  });

  it('refuses any other mode and names the option', () => {
    expect(() => accessPolicyOf(web('ldap'))).toThrow('Invalid access_control: option web.access_control is "ldap"');
  });
});
