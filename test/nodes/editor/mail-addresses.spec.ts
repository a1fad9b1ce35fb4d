import assert from 'node:assert/strict';
import { isAddress, parseRecipients } from '../../../lib/protocols/mail/addresses';
import { faultsOf, type Declaration } from '../../../lib/core/settings';
import { settings as account } from '../../../nodes/config/ups-mail-account.settings';
import { settings as email } from '../../../nodes/jobs/ups-email.settings';

function accepts(work: () => unknown): boolean {
    try {
        work();
        return true;
    } catch {
        return false;
    }
}

describe('mail addresses in the dialogs', () => {
    it('are those that the mails take', () => {
        const takes = <S>(declaration: Declaration<S>, property: string, value: string) =>
            !faultsOf(declaration, { [property]: value }).some((fault) => fault.property === property);
        const fields = [
            ...['a@b.de', 'a.b+c@b.de', 'Ä@b.de', 'a@bü.de', 'a@localhost', 'a@[192.0.2.1]', 'a@[IPv6:::1]', 'a@[::1]'],
            ...[
                'a..b@x.de',
                'a@b_c.de',
                'a@-x.de',
                'a@x.de>',
                '<a@x.de',
                '.a@x.de',
                'a.@x.de',
                'a@x..de',
                '@x.de',
                'a@',
            ],
            ...['"Doe, John" <j@x.de>', 'John Doe <j@x.de>', '<j@x.de>', '"a b"@x.de', 'Doe j@x.de', 'a@x.de b@x.de'],
            ...['a@x.de, b@x.de', 'a@x.de; b@x.de,', 'a@x.de\nb@x.de', '"Doe, John" <j@x.de>, b@x.de', 'a@x.de, b'],
            ...['Team: a@x.de, b@x.de;', 'Ops: night <a@x.de>', '"Ops: night" <a@x.de>', 'a@x.de (home)'],
            ...[`${'a'.repeat(65)}@x.de`, `a@${'b'.repeat(64)}.de`, 'a@b@x.de', 'x', '<>', 'a@x.de, <>', '', ' , '],
        ];
        for (const field of fields) {
            const list = accepts(() => parseRecipients(field));
            assert.equal(takes(email, 'to', field), list, `as recipients: ${field}`);
            const one = isAddress(field);
            assert.equal(takes(account, 'from', field), one, `as sender: ${field}`);
        }
    });
});
