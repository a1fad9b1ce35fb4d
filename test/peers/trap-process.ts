import { SystemClock } from '../../lib/core/clock';
import { emptyStatus } from '../../lib/core/status/status';
import { HostAddress } from '../../lib/protocols/snmp/host-address';
import { EngineBoots } from '../../lib/protocols/snmp/notify/engine-boots';
import { notificationsOf } from '../../lib/protocols/snmp/notify/notification';
import { notify } from '../../lib/protocols/snmp/notify/sender';
import { openStore } from '../../lib/store';
import { DEFAULT_ALARM_ROOT } from '../../lib/core/snmp/notify';

/**
 * Run as a child process: `trap-process <directory> <port> <engine id> <key>` starts an SNMPv3 engine on a store, sends one trap, prints the
 * count of its starts, and waits to be killed.
 */
async function main([directory = '', port = '', id = '', key = '']: string[]): Promise<void> {
    const clock = new SystemClock();
    const boots = new EngineBoots().of([openStore({ directory, clock })], id);
    const about = {
        status: { ...emptyStatus(0), battery: { minutesRemaining: 37 } },
        row: 7,
        alarmRoot: DEFAULT_ALARM_ROOT,
        lowBattMinutes: 2,
        unknownMinutes: 65535,
        now: 12_000,
        everyAlarm: false,
        upTime: 100_000,
    };
    const event = { id: 'power-fail', source: 'UPS', sourceId: 'u', level: 'alarm', active: true } as const;
    const [trap] = notificationsOf({ ...event, since: 0, at: 61_000, episode: 'e1', text: 'x' }, about);
    const user = { name: 'trapper', auth: { protocol: 'sha', key }, priv: { protocol: 'aes', key } } as const;
    const host = new HostAddress('127.0.0.1', 2000);
    const to = { host, port: Number(port), version: '3', inform: false, community: '', user } as const;
    const engine = { id, boots, seconds: () => Math.floor(process.uptime()) };
    const signal = new AbortController().signal;
    await notify({ ...to, timeoutMs: 2000, retries: 0 }, trap!, engine, 100_000, clock, signal);
    console.log(`boots ${boots}`);
    setInterval(() => {}, 1000);
}

void main(process.argv.slice(2));
