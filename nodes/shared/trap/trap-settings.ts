import type { Node } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { said, type Told } from '../../../lib/core/language/sentence';
import { hostKey, parseHosts } from '../../../lib/protocols/shared/hosts';
import { readTarget, type SnmpSettings } from '../../../lib/protocols/snmp/config';
import { HostAddress } from '../../../lib/protocols/snmp/host-address';
import { settingChoice, settingTick } from '../../../lib/protocols/shared/setting-number';
import { DEFAULT_ALARM_ROOT } from '../../../lib/protocols/snmp/notify/notification';
import type { NotifyReceiver } from '../../../lib/protocols/snmp/notify/sender';
import type { JobConfig } from '../job/job';
import { numberOr, wholeOr } from '../settings/numbers';

export interface UpsTrapConfig extends JobConfig {
    /** Receivers: host or host:port, by lines or commas. */
    hosts: string;
    port: string | number;
    version: '1' | '2c' | '3';
    kind: 'trap' | 'inform';
    /** Seconds */
    timeout: string | number;
    retries: string | number;
    /** v3: hexadecimal, 5 to 32 octets. */
    engineId: string;
    alarmRoot: string;
    lowBattMinutes: string | number;
    unknownMinutes?: string | number;
    everyAlarm?: boolean | string;
}

export interface TrapSettings {
    receivers: { name: string; to: NotifyReceiver }[];
    /** Hexadecimal; empty where no engine is needed. */
    engineId: string;
    /** Its receivers check the count of our starts: of an inform they are the engine that counts. */
    stamped: boolean;
    alarmRoot: string;
    lowBattMinutes: number;
    unknownMinutes: number;
    everyAlarm: boolean;
}

const PORT = 162;
/** What many cards in the field say when they do not know. */
const UNKNOWN_MINUTES = 65_535;
/** v1 and v2c need no engine; of v3 the dialog has made one. */
const ENGINE_ID = /^(0x)?([0-9a-f]{2}){5,32}$/i;
const OID = /^\d+(\.\d+)+$/;

/** The addresses of a node's receivers, kept from one notification to the next: the name server may be gone when they are needed. */
export class KnownNames {
    private readonly addresses = new Map<string, HostAddress>();

    of(host: string, timeoutMs: number): HostAddress {
        const address = this.addresses.get(host) ?? new HostAddress(host, timeoutMs);
        this.addresses.set(host, address);
        return address;
    }

    /** Looks all of them up, as long as there is somebody to ask. */
    learn(): void {
        // One that is not known is told when something is to be sent to it.
        for (const address of this.addresses.values()) address.resolve().catch(() => undefined);
    }
}

/** @throws UpsError config-missing, config-invalid */
export function readTrapSettings(node: Node<SnmpSettings>, config: UpsTrapConfig, names: KnownNames): TrapSettings {
    const wrong = (property: string, value: unknown, expected: Told) =>
        new UpsError('config-invalid', { property, value: String(value), expected });
    const hosts = parseHosts(config.hosts || '', wholeOr('port', config.port, PORT, 1, 65535));
    if (hosts.length === 0) throw new UpsError('config-missing', { property: 'hosts' });
    const { timeout } = config;
    const retries = wholeOr('retries', config.retries, 2, 0, 10);
    const inform = settingChoice('kind', config.kind, ['trap', 'inform'], 'trap') === 'inform';
    if (inform && config.version === '1') throw wrong('kind', 'inform', said('expected.trapForV1'));
    const alarmRoot = (config.alarmRoot || DEFAULT_ALARM_ROOT).trim().replace(/^\./, '');
    if (!OID.test(alarmRoot)) throw wrong('alarmRoot', alarmRoot, DEFAULT_ALARM_ROOT);
    const engineId = (config.engineId || '').trim();
    if (config.version === '3' && !ENGINE_ID.test(engineId)) {
        throw wrong('engineId', engineId, said('expected.engineId'));
    }
    const receivers = hosts.map(({ host, port }) => {
        const target = readTarget({ ...node.credentials, host, port, version: config.version, timeout, retries });
        const { version, community, user, timeoutMs } = target;
        const address = names.of(host, timeoutMs);
        const to = { host: address, port, version, inform, community, user, timeoutMs, retries: target.retries };
        return { name: hostKey({ host, port }), to };
    });
    return {
        receivers,
        engineId: engineId.replace(/^0x/i, ''),
        stamped: config.version === '3' && !inform,
        alarmRoot,
        lowBattMinutes: numberOr('lowBattMinutes', config.lowBattMinutes, 2, 0, 1440),
        unknownMinutes: wholeOr('unknownMinutes', config.unknownMinutes, UNKNOWN_MINUTES, 0, 2 ** 31 - 1),
        everyAlarm: settingTick('everyAlarm', config.everyAlarm, false),
    };
}
