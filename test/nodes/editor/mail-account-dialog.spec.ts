import { equal } from 'node:assert/strict';
import { greetingName } from '../../../lib/protocols/mail/greeting-name';
import { oauthClient } from '../../../lib/protocols/mail/oauth-providers';
import { faultsOf } from '../../../lib/core/settings';
import { settings as account } from '../../../nodes/config/ups-mail-account.settings';

/** Whether the dialog takes a value, given the other settings. */
function accepted(property: string, value: unknown, settings: object = {}): boolean {
    const node = { login: 'oauth2', provider: 'google', ...settings, [property]: value };
    return faultsOf(account, node).every((fault) => fault.property !== property);
}

function works(run: () => unknown): boolean {
    try {
        run();
        return true;
    } catch {
        return false;
    }
}

describe('dialog of the mail account', () => {
    for (const name of [
        ...[
            '',
            ' ',
            'ups',
            'ups.example.org',
            ' ups.example.org ',
            '[192.0.2.7]',
            '[IPv6:2001:db8::7]',
            '1and1.example',
        ],
        ...['a b', 'ups_1', '192.0.2.7', 'ups.', '.ups', '-x.org', '[ups]', 'x\r\nQUIT', 'ünter.example', 'a..b'],
    ]) {
        it(`agrees with the runtime on the EHLO name ${JSON.stringify(name)}`, () => {
            equal(
                accepted('ehloName', name),
                works(() => greetingName(name)),
            );
        });
    }

    for (const [provider, tokenUrl] of [
        ['google', ''],
        ['other', ''],
        ['', ''],
        ['other', 'https://id.example/token'],
        ['other', 'http://id.example/token'],
        ['other', 'http://127.0.0.1:8080/token'],
        ['other', 'http://localhost/token'],
        ['other', 'http://[::1]:9/'],
        ['other', 'http://localhost.evil.example/'],
        ['google', 'id.example/token'],
        ['google', 'ftp://id.example'],
    ] as const) {
        it(`agrees with the runtime on the token URL "${tokenUrl}" of ${provider || 'the default'}`, () => {
            const client = { clientId: 'c', refreshToken: 'r', provider, tokenUrl };
            equal(
                accepted('tokenUrl', tokenUrl, { provider }),
                works(() => oauthClient(client)),
            );
        });
    }

    it('asks for nothing of OAuth where a password is used', () => {
        for (const login of ['password', '', undefined]) {
            equal(accepted('clientId', '', { login }), true);
            equal(accepted('tokenUrl', 'rubbish', { login, provider: 'other' }), true);
            equal(accepted('security', 'none', { login }), true);
        }
        equal(accepted('clientId', ''), false);
        equal(accepted('security', 'none'), false);
    });
});
