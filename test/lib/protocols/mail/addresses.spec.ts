import { deepEqual, equal, throws } from 'node:assert/strict';
import { domainOf, isAddress, parseRecipients, recipientsOf } from '../../../../lib/protocols/mail/addresses';
import type { UpsError } from '../../../../lib/core/errors';

function refused(field: string): UpsError {
    let error: unknown;
    throws(
        () => parseRecipients(field),
        (thrown) => ((error = thrown), true),
    );
    return error as UpsError;
}

describe('mail addresses', () => {
    it('takes commas, semicolons and line ends between recipients', () => {
        deepEqual(parseRecipients('a@x.org, b@y.org;c@z.org\r\nd@w.org,\n'), [
            'a@x.org',
            'b@y.org',
            'c@z.org',
            'd@w.org',
        ]);
    });

    it('keeps a mail from nobody because another entry is no address', () => {
        deepEqual(recipientsOf('NA, a@x.org; ops\n"Doe, J." <j@x.org>\n@'), {
            to: ['a@x.org', 'j@x.org'],
            wrong: ['NA', 'ops', '@'],
        });
        deepEqual(recipientsOf('a@x.org'), { to: ['a@x.org'] });
        throws(() => recipientsOf('NA'), { code: 'config-invalid' });
        throws(() => recipientsOf(' , '), { code: 'config-missing' });
    });

    it('drops display names, even those with commas', () => {
        deepEqual(parseRecipients('"Scott, M." <scotty@ship.example>, Uhura <uhura@ship.example>'), [
            'scotty@ship.example',
            'uhura@ship.example',
        ]);
    });

    it('takes the members of a group for its recipients, and a single one for a sender', () => {
        deepEqual(parseRecipients('Night shift: a@x.org, Uhura <b@x.org>; c@x.org'), ['a@x.org', 'b@x.org', 'c@x.org']);
        deepEqual(parseRecipients('"Ops: night" <a@x.org>, d@[IPv6:::1]'), ['a@x.org', 'd@[IPv6:::1]']);
        equal(isAddress('Night shift: a@x.org'), true);
        equal(isAddress('Night shift: a@x.org, b@x.org'), false);
        equal(domainOf('Night shift: a@x.org'), 'x.org');
    });

    it('names each recipient once, however its domain is written', () => {
        deepEqual(parseRecipients('a@Example.org\na@example.ORG\nA@example.org'), ['a@Example.org', 'A@example.org']);
    });

    it('takes hosts without a dot, address literals and letters of any script', () => {
        for (const address of [
            'root@localhost',
            'a@[127.0.0.1]',
            'a@[IPv6:::1]',
            'müller@bücher.example',
            "o'hara+ups@x.org",
        ]) {
            deepEqual(parseRecipients(address), [address]);
        }
    });

    for (const wrong of [
        'ops',
        '@x.org',
        'ops@',
        'a b@x.org',
        'a@x.org b@x.org',
        'a@x.org <b@x.org>',
        'a..b@x.org',
        '.a@x.org',
        'a@x..org',
        'a@-x.org',
        'a@[1.2.3]',
    ]) {
        it(`refuses ${wrong}`, () => {
            const error = refused(`good@x.org, ${wrong}`);
            equal(error.code, 'config-invalid');
            equal(error.data.property, 'to');
        });
    }

    it('says which entry is no address', () => {
        equal(refused('good@x.org\nnobody').data.value, 'nobody');
    });

    it('wants at least one and at most 100 recipients', () => {
        equal(refused(' \n, ').code, 'config-missing');
        const many = Array.from({ length: 101 }, (_, index) => `a${index}@x.org`);
        equal(parseRecipients(many.slice(1).join()).length, 100);
        equal(refused(many.join()).code, 'config-invalid');
    });

    it('never lets a line end through to a header', () => {
        equal(isAddress('a@x.org\r\nBcc: b@x.org'), false);
        deepEqual(parseRecipients('a@x.org\r\nb@x.org'), ['a@x.org', 'b@x.org']);
        equal(refused('a@x.org\r\nBcc: <script>@x.org').code, 'config-invalid');
    });

    it('finds the domain for Message-IDs', () => {
        equal(domainOf('UPS <ups@plant.example>'), 'plant.example');
        equal(domainOf('ups@[127.0.0.1]'), 'localhost');
    });
});
