import { deepEqual, equal, throws } from 'node:assert/strict';
import { readSettings } from '../../../../lib/core/settings';
import { nextStatusAt, statusPlan } from '../../../../lib/protocols/mail/status-plan';
import { settings } from '../../../../nodes/jobs/ups-email.settings';

const local = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();

/** As the node makes it of what the flow has. */
const planOf = (statusMode?: string, statusHours = '', statusTime = '') =>
    statusPlan(readSettings(settings, { account: 'a', to: 'a@x.example', statusMode, statusHours, statusTime }));

describe('status mails: when they are due', () => {
    it('every so many hours after the last', () => {
        equal(nextStatusAt(planOf('interval', '6'), 1000), 1000 + 6 * 3_600_000);
    });

    it('daily at a time of the wall clock: today if it is still to come, else tomorrow', () => {
        const plan = planOf('daily', '', '07:30');
        equal(nextStatusAt(plan, local(2026, 10, 21, 3, 0)), local(2026, 10, 21, 7, 30));
        equal(nextStatusAt(plan, local(2026, 10, 21, 7, 30)), local(2026, 10, 22, 7, 30));
        equal(nextStatusAt(plan, local(2026, 11, 31, 12, 0)), local(2027, 0, 1, 7, 30));
    });

    it('never, unless wanted', () => {
        equal(nextStatusAt(planOf(), 0), undefined);
    });

    it('every 24 h, and at 07:30, where nothing else is said', () => {
        deepEqual(planOf('interval'), { mode: 'interval', hours: 24 });
        deepEqual(planOf('daily'), { mode: 'daily', hour: 7, minute: 30 });
    });

    it('says what is wrong with a plan', () => {
        throws(() => planOf('daily', '', '24:00'), { code: 'config-invalid' });
        throws(() => planOf('daily', '', '7.30'), { code: 'config-invalid' });
        throws(() => planOf('interval', '0'), { code: 'config-invalid' });
        throws(() => planOf('interval', 'often'), { code: 'config-invalid' });
        throws(() => planOf('hourly', '1'), { code: 'config-invalid' });
    });
});
