import type { NodeAPI } from 'node-red';
import { wait } from '../../../lib/core/abortable-wait';
import { asUpsError, UpsError } from '../../../lib/core/errors';
import { readSettings } from '../../../lib/core/settings';
import { WELL_KNOWN_ALARMS, type WellKnownAlarm } from '../../../lib/core/status/alarms';
import { ALARM_GAP_MS, type Notification } from '../../../lib/protocols/snmp/notify/notification';
import { settings as declaration } from '../../servers/ups-snmp-agent.settings';
import type { TryRequest, TryResult } from '../admin/try-now';
import { snmpAgent, snmpSender } from '../device/protocols';
import { upTime } from '../runtime/boot-time';
import { flowOf } from '../runtime/flow-of';
import { KnownNames } from '../trap/trap-settings';
import { errorText, statusText } from '../words/texts';
import { agentUsers, trapTargets } from './agent-security';
import { agentEngine, engineIdOf } from './agent-engine';
import { snmpHub } from './snmp-hub';

/**
 * Handles **Send test**: the chosen alarm comes into the table of the first UPS and goes from it 5 s later, and every receiver of the dialog gets the traps of both. Without a running agent
 * only the traps are sent.
 */
export async function tryAgentTrap(
    RED: NodeAPI,
    { id, config, credentials, ask, words, signal }: TryRequest,
): Promise<TryResult> {
    const alarm = ask.alarm as WellKnownAlarm;
    if (!WELL_KNOWN_ALARMS.includes(alarm)) throw new UpsError('config-missing', { property: 'alarm' });
    const own = readSettings(declaration, config, credentials);
    if (own.receivers.length === 0) throw new UpsError('config-missing', { property: 'receivers' });
    const targets = trapTargets(own, agentUsers(own), new KnownNames());
    const { clock } = flowOf(RED);
    const { TrapTest, AgentUps } = snmpAgent();
    const test = new TrapTest(snmpHub(RED).serverOf(id)?.ups() ?? new AgentUps(upTime, clock), alarm);
    const tell = (notifications: readonly Notification[]) =>
        Promise.all(
            targets.map(async ({ name, to }) => {
                try {
                    const engine = agentEngine(RED, engineIdOf(RED, own));
                    for (const each of notifications)
                        await snmpSender().notify(to, each, engine, upTime(), clock, signal);
                    return { label: name, value: statusText(words, to.inform ? 'testAcknowledged' : 'sent') };
                } catch (error) {
                    const failure = asUpsError(error, 'host-unreachable', { host: name });
                    return { label: name, value: errorText(words, failure), failed: true };
                }
            }),
        );
    try {
        const begun = await tell(test.begins);
        await wait(clock, ALARM_GAP_MS, signal);
        const ended = await tell(test.end());
        // Of each receiver what went wrong, if anything did.
        const rows = begun.map((row, index) => ('failed' in row ? row : ended[index]!));
        return { rows: rows.map(({ label, value }) => ({ label, value })), text: statusText(words, 'testTraps') };
    } finally {
        test.end();
    }
}
