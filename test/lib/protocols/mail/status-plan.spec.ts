import { deepEqual, equal, throws } from 'node:assert/strict';
import { nextStatusAt, readStatusPlan } from '../../../../lib/protocols/mail/status-plan';

const local = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();

describe('status mails: when they are due', () => {
    it('every so many hours after the last', () => {
        equal(nextStatusAt(readStatusPlan('interval', '6', ''), 1000), 1000 + 6 * 3_600_000);
    });

    it('daily at a time of the wall clock: today if it is still to come, else tomorrow', () => {
        const plan = readStatusPlan('daily', '', '07:30');
        equal(nextStatusAt(plan, local(2026, 10, 21, 3, 0)), local(2026, 10, 21, 7, 30));
        equal(nextStatusAt(plan, local(2026, 10, 21, 7, 30)), local(2026, 10, 22, 7, 30));
        equal(nextStatusAt(plan, local(2026, 11, 31, 12, 0)), local(2027, 0, 1, 7, 30));
    });

    it('never, unless wanted', () => {
        equal(nextStatusAt(readStatusPlan(undefined, '', ''), 0), undefined);
    });

    it('every 24 h, and at 07:30, where nothing else is said', () => {
        deepEqual(readStatusPlan('interval', '', ''), { mode: 'interval', hours: 24 });
        deepEqual(readStatusPlan('daily', '', undefined), { mode: 'daily', hour: 7, minute: 30 });
    });

    it('says what is wrong with a plan', () => {
        throws(() => readStatusPlan('daily', '', '24:00'), { code: 'config-invalid' });
        throws(() => readStatusPlan('daily', '', '7.30'), { code: 'config-invalid' });
        throws(() => readStatusPlan('interval', '0', ''), { code: 'config-invalid' });
        throws(() => readStatusPlan('interval', 'often', ''), { code: 'config-invalid' });
        throws(() => readStatusPlan('hourly', '1', ''), { code: 'config-invalid' });
    });
});
