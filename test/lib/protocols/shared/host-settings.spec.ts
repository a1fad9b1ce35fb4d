import { strict as assert } from 'node:assert';
import { readSettings } from '../../../../lib/core/settings';
import { settings as nut } from '../../../../nodes/devices/ups-nut.settings';
import { UpsError } from '../../../../lib/core/errors';
import { SmtpTransport } from '../../../../lib/protocols/mail/account';
import { parseHosts } from '../../../../lib/protocols/shared/hosts';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { readTarget } from '../../../../lib/protocols/snmp/config';
import { HostAddress } from '../../../../lib/protocols/snmp/host-address';
import { parseTargets } from '../../../../lib/protocols/ssh/targets';
import { parseRows } from '../../../../lib/protocols/wol/hosts';

/** What each protocol makes of a host as people type it; the host itself, where it can be seen. */
const PLACES: Record<string, (host: string) => string | void> = {
    // A declared node reads its host by the field of that kind.
    'declared nodes': (typed) => readSettings(nut, { ups: 'u', upsName: 'u', host: typed }).host,
    traps: (host) => readTarget({ host }).host,
    mail: (host) => new SmtpTransport({ host, security: 'none', from: 'ups@example.org' }).host,
    'rccmd, syslog, traps, remote commands, wake-on-LAN': (host) => parseHosts(host, 6003)[0]!.host,
    ssh: (host) => parseTargets(host, 'root')[0]!.host,
    'staged wake': (host) => {
        const [{ probe } = {}] = parseRows([{ mac: '00:1b:21:3c:4d:5e', check: 'ping', address: host }]);
        return probe?.host;
    },
};

describe('a host in the settings of every protocol', () => {
    for (const [place, read] of Object.entries(PLACES)) {
        it(`${place}: may be a name or an address, IPv6 with or without brackets and zone`, () => {
            for (const [typed, host] of [
                ['ups.example.org', 'ups.example.org'],
                ['192.0.2.7', '192.0.2.7'],
                ['2001:db8::1', '2001:db8::1'],
                ['[2001:db8::1]', '2001:db8::1'],
                ['[fe80::1%eth0]', 'fe80::1%eth0'],
            ] as const) {
                assert.equal(read(typed) ?? host, host);
            }
        });

        it(`${place}: is no page, nor half an address`, () => {
            for (const typed of ['http://192.0.2.7', '[2001:db8::1', '192.0.2.256']) {
                assert.throws(
                    () => read(typed),
                    (error) => error instanceof UpsError && error.code === 'config-invalid',
                    typed,
                );
            }
        });
    }

    it('is known at once where it is an address, also to who hears of traps', () => {
        assert.deepEqual(new HostAddress('[2001:db8::1]', 1000).known, { address: '2001:db8::1', family: 6 });
    });

    it('may send in brackets, too', () => {
        const senders = new AllowedSenders('[2001:db8::1], [2001:db8:1::]/48');
        assert.ok(senders.allows('2001:db8::1') && senders.allows('2001:db8:1::7'));
        assert.ok(!senders.allows('2001:db8::2'));
    });
});
