import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { settings } from '../../nodes/jobs/ups-rccmd-receiver.settings';

const faults = (config: object) => faultsOf(settings, config).map(({ property, rule }) => [property, rule]);

describe('settings of ups-rccmd-receiver', () => {
    it('keep the entries of a list apart in the dialog', () => {
        const html = readFileSync(join(__dirname, '../../dist/nodes/jobs/ups-rccmd-receiver.html'), 'utf8');
        for (const list of ['members', 'senders'])
            assert.match(html, new RegExp(`<textarea [^>]*id="node-input-${list}"`));
    });

    it('keep for how long votes counted in flows that say it in hours', () => {
        const minutes = (config: object) => readSettings(settings, { members: '192.0.2.1', ...config }).expireMinutes;
        assert.equal(minutes({ expireHours: 2 }), 120);
        assert.equal(minutes({ expireHours: '0.5' }), 30);
        assert.equal(minutes({ expireHours: 0 }), 0);
        assert.equal(minutes({ expireHours: 24 }), 30, 'the default of then is the default of now');
        assert.equal(minutes({ expireHours: 1e6 }), 525_600);
        assert.equal(minutes({ expireHours: 2, expireMinutes: 45 }), 45);
        assert.deepEqual(faults({ members: '192.0.2.1', expireHours: 'long' }), [['expireMinutes', 'numberBetween']]);
        const variable = { members: '192.0.2.1', expireHours: '${HOURS}' };
        assert.deepEqual(
            faults(variable),
            [['expireMinutes', 'numberBetween']],
            'hours of a variable are not its minutes',
        );
    });

    it('ask for no more members than the group has, each counted once', () => {
        const members = '192.0.2.1, ::ffff:192.0.2.1 192.0.2.2';
        assert.deepEqual(faults({ members, quorum: 2 }), []);
        assert.deepEqual(faults({ members, quorum: 3 }), [['quorum', 'quorum']]);
        assert.deepEqual(faults({ members: '', quorum: 3 }), [], 'without a group there is no quorum');
    });

    it('name no program but by its absolute path, and hand its arguments over as they are', () => {
        const row = { verb: 'MSG_EXECUTE', command: '/usr/sbin/poweroff', args: ['-f', ' ', ''] };
        assert.deepEqual(readSettings(settings, { actions: [row] }).actions, [{ ...row, text: '' }]);
        assert.deepEqual(faults({ actions: [{ verb: 'MSG_EXECUTE' }] }), []);
        for (const command of ['poweroff', './poweroff', '/', '/bin/a\nb', '~/x'])
            assert.deepEqual(faults({ actions: [{ ...row, command }] }), [['actions', 'action']], command);
        for (const command of ['C:\\tools\\down.bat', 'c:/tools/down.bat', '\\\\server\\share\\down.bat'])
            assert.deepEqual(faults({ actions: [{ ...row, command }] }), [], command);
        assert.deepEqual(faults({ actions: [{ command: '/usr/sbin/poweroff' }] }), [['actions', 'action']]);
        assert.deepEqual(faults({ actions: [{ ...row, args: ['a\0b'] }] }), [['actions', 'arguments']]);
    });
});
