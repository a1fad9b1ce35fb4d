import assert from 'node:assert/strict';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { settings } from '../../nodes/jobs/ups-ssh.settings';

const login = { password: 'secret' };
const faults = (config: object, credentials: object = login) =>
    faultsOf(settings, config, credentials).map(({ property, rule }) => [property, rule]);

describe('settings of ups-ssh', () => {
    it('need a user for hosts that name none', () => {
        assert.deepEqual(faults({ hosts: 'root@a, ops@b:2222+old' }), []);
        assert.deepEqual(faults({ hosts: 'root@a, b' }), [['user', 'required']]);
        assert.deepEqual(faults({ hosts: 'root@a, b', user: 'ops' }), []);
    });

    it('need a password or a key', () => {
        assert.deepEqual(faults({ hosts: 'root@a' }, {}), [['password', 'required']]);
        assert.deepEqual(faults({ hosts: 'root@a' }, { privateKey: 'k' }), []);
    });

    it('keep an input of empty lines: the Enter key is an answer', () => {
        const input = (typed?: string) => readSettings(settings, { hosts: 'root@a', input: typed }, login).input;
        assert.deepEqual([input('\n'), input(' y\n'), input(''), input()], ['\n', ' y\n', '', '']);
        assert.deepEqual(faults({ hosts: 'root@a', input: 'y'.repeat(4097) }), [['input', 'length']]);
    });

    it('name the entry that is no log-in or no end of a command, and take 512 hosts at most', () => {
        assert.deepEqual(faults({ hosts: 'root@a, @b' }), [['hosts', 'login']]);
        assert.deepEqual(faults({ hosts: 'root@a:99999' }), [['hosts', 'hostPort']]);
        assert.deepEqual(faults({ hosts: 'root@a', doneBy: '129, SIGHUP, 1.5' }), [['doneBy', 'ending']]);
        const hosts = Array.from({ length: 513 }, (_, n) => `root@host${n}`);
        assert.deepEqual(faults({ hosts }), [['hosts', 'atMostHosts']]);
        assert.deepEqual(faults({ hosts: hosts.slice(1) }), []);
    });
});
