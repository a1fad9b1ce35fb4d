import { deepEqual, equal, match } from 'node:assert/strict';
import { mailReport } from '../../../../lib/protocols/mail/report';
import { MailError } from '../../../../lib/protocols/mail/transport';
import { mail } from './memory-transport';
import { inEnglish } from '../../../support/in-english';

describe('mail reports', () => {
    const wrong = mail('m', { to: ['a@x.org'], wrong: ['NA'] });

    it('name who has the mail, and who has not and why', () => {
        const refused = [{ address: 'b@x.org', permanent: true, reason: '550 unknown' }];
        const outcome = { state: 'sent' as const, attempts: 1, accepted: ['a@x.org'], refused };
        const report = mailReport(outcome, mail('m'));
        equal(inEnglish(report.summary), 'mail "m" sent to a@x.org, not to b@x.org');
        equal(inEnglish(report.error?.data.reason), 'recipients refused: b@x.org: 550 unknown');
        const both = mailReport(outcome, wrong);
        deepEqual(
            both.detail.refused?.map(({ address }) => address),
            ['b@x.org', 'NA'],
        );
    });

    for (const state of ['gathered', 'queued'] as const) {
        it(`name an entry that is no address while the mail is ${state}`, () => {
            const outcome = state === 'gathered' ? { state, until: 0 } : { state, attempts: 0 };
            const report = mailReport(outcome, wrong);
            match(inEnglish(report.error?.data.reason), /NA: not an e-mail address/);
            equal(report.detail.refused?.[0].address, 'NA');
        });
    }

    it('say first why nobody has the mail', () => {
        const error = new MailError('mail-unreachable', { host: 'h', reason: 'x' }, { scope: 'account' });
        const report = mailReport({ state: 'queued', attempts: 1, error }, wrong);
        equal(report.error, error);
        equal(report.detail.refused?.[0].address, 'NA');
    });
});
