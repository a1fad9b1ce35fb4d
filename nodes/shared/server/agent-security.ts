import { UpsError } from '../../../lib/core/errors';
import { said } from '../../../lib/core/language/sentence';
import type { SettingsOf } from '../../../lib/core/settings';
import { TRAP_PORT } from '../../../lib/core/snmp/notify';
import { hostKey, parseHosts } from '../../../lib/protocols/shared/hosts';
import type { NotifyReceiver } from '../../../lib/protocols/snmp/notify/sender';
import type { AgentUser } from '../../../lib/protocols/snmp-agent/usm';
import { secretOf, type settings } from '../../servers/ups-snmp-agent.settings';
import type { KnownNames } from '../trap/trap-settings';

export type AgentSettings = SettingsOf<typeof settings>;

/** RFC 3414, section 11.2: passwords shorter than this are refused. */
const SHORTEST_KEY = 8;
/** Of an inform, ms; as `ups-trap` has it where nothing is set. */
const ACKNOWLEDGED_WITHIN_MS = 2000;
const RETRIES = 2;

/** The users with their keys. @throws UpsError config-invalid: a password is too short */
export function agentUsers(own: AgentSettings): AgentUser[] {
    return own.accounts.map(({ name, auth, priv, write, authSlot, privSlot }, row) => {
        const key = (kind: 'auth' | 'priv', slot: number): string => {
            const typed = secretOf(own, kind, slot, row);
            if (typed.length >= SHORTEST_KEY) return typed;
            const property = `${kind}Key (${name})`;
            if (!typed) throw new UpsError('config-missing', { property });
            const expected = said('expected.atLeastCharacters', { count: SHORTEST_KEY });
            // A secret is not told, also not one that is too short.
            throw new UpsError('config-invalid', { property, value: '…', expected });
        };
        return {
            name,
            write,
            auth: { protocol: auth, key: key('auth', authSlot) },
            ...(priv !== 'none' && { priv: { protocol: priv, key: key('priv', privSlot) } }),
        };
    });
}

/** Whom the agent sends its traps. @throws UpsError config-missing: a community */
export function trapTargets(
    own: AgentSettings,
    users: readonly AgentUser[],
    names: KnownNames,
): { name: string; to: NotifyReceiver }[] {
    return own.receivers.flatMap(({ host: place, version, kind, account, slot }, row) => {
        const community = secretOf(own, 'trap', slot, row);
        const isV3 = version === '3';
        if (!isV3 && !community) throw new UpsError('config-missing', { property: `trap${row + 1}` });
        return parseHosts(place, TRAP_PORT).map(({ host, port }) => ({
            name: hostKey({ host, port }),
            to: {
                host: names.of(host, ACKNOWLEDGED_WITHIN_MS),
                port,
                version,
                inform: kind === 'inform',
                community,
                ...(isV3 && { user: users.find(({ name }) => name === account)! }),
                timeoutMs: ACKNOWLEDGED_WITHIN_MS,
                retries: RETRIES,
            },
        }));
    });
}
