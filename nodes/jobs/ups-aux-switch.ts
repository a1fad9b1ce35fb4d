import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { AuxModule } from '../../lib/protocols/aux/aux-module';
import type { UpsAuxModuleNode } from '../shared/config-nodes';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job';
import { numberOr } from '../shared/numbers';
import { errorText } from '../shared/texts';
import { resultText } from '../shared/unit-of';
import { wait } from '../shared/wait';

interface UpsAuxSwitchConfig extends JobConfig {
    /** Id of an `ups-aux-module`. */
    module: string;
    /** Name of one of its outputs. */
    port: string;
    action: 'on' | 'off' | 'pulse' | 'follow';
    /** How long a pulse lasts. */
    seconds: string | number;
}

interface Settings {
    module: AuxModule;
    port: string;
    action: UpsAuxSwitchConfig['action'];
    seconds: number;
}

const ACTIONS = ['on', 'off', 'pulse', 'follow'];
/** Manual line 3915; shorter ones many relays do not make. */
const SHORTEST_PULSE_S = 0.5;
const LONGEST_PULSE_S = 86_400;

export = (RED: NodeAPI) => {
    function UpsAuxSwitch(this: Node, config: UpsAuxSwitchConfig) {
        RED.nodes.createNode(this, config);
        attachJob(RED, this, config, {
            type: 'ups-aux-switch',
            follows: config.action === 'follow',
            describe: (context) => describe(RED, config, context),
            run: (context) => run(readSettings(RED, config), context),
            abandon: (context) => abandon(readSettings(RED, config), context),
        });
    }
    RED.nodes.registerType('ups-aux-switch', UpsAuxSwitch as never);
};

/** @throws UpsError config-missing, config-invalid */
function readSettings(RED: NodeAPI, config: UpsAuxSwitchConfig): Settings {
    const module = (RED.nodes.getNode(config.module) as UpsAuxModuleNode | null)?.module;
    if (!module) throw new UpsError('config-missing', { property: 'module' });
    const action = config.action || 'on';
    if (!ACTIONS.includes(action)) {
        throw new UpsError('config-invalid', { property: 'action', value: action, expected: ACTIONS.join(' ') });
    }
    if (!config.port) throw new UpsError('config-missing', { property: 'port' });
    module.assertOutput(config.port);
    const seconds = numberOr('seconds', config.seconds, 1, SHORTEST_PULSE_S, LONGEST_PULSE_S);
    return { module, port: config.port, action, seconds };
}

function describe(RED: NodeAPI, config: UpsAuxSwitchConfig, { message }: JobContext): string {
    try {
        const settings = readSettings(RED, config);
        return sentence(settings, wanted(settings, message.event.active));
    } catch (error) {
        return `${config.port}: ${errorText(RED, error)}`;
    }
}

function wanted({ action }: Settings, active: boolean): boolean {
    return action === 'follow' ? active : action !== 'off';
}

function sentence({ module, port, action, seconds }: Settings, on: boolean): string {
    const what = action === 'pulse' ? `on for ${seconds} s` : on ? 'on' : 'off';
    return `${module.name}: ${port} ${what}`;
}

async function run(settings: Settings, context: JobContext): Promise<JobOutcome> {
    const { module, port, action } = settings;
    const on = wanted(settings, context.message.event.active);
    if (action === 'pulse') return pulse(settings, context);
    const result = await module.switch(port, on);
    return { summary: `${sentence(settings, on)}: ${resultText(result)}`, detail: { port, on, ...result } };
}

/** What is noted before the relay is switched on is when it is to be off again: a restart goes on with what is left of the pulse. */
async function pulse(settings: Settings, context: JobContext): Promise<JobOutcome> {
    const { module, port, seconds } = settings;
    const { clock, message, progress, saveProgress, signal } = context;
    const off = () => module.switch(port, false);
    const begun = isPulse(progress);
    const offAt = begun ? progress.offAt : clock.now() + seconds * 1000;
    let result = { confirmed: false };
    if (!begun) {
        saveProgress({ offAt });
        result = await module.switch(port, true).catch((error: unknown) => {
            // It may have switched and not answered.
            off().catch(() => undefined);
            throw error;
        });
    }
    // A message without an episode is not journalled: no successor would end its pulse. Asked for at once, while the module still takes orders.
    const last = () => void (message.event.episode === '' && off().catch(() => undefined));
    signal.addEventListener('abort', last);
    try {
        await wait(clock, Math.min(offAt - clock.now(), seconds * 1000), signal);
    } finally {
        signal.removeEventListener('abort', last);
    }
    const ended = await off();
    const confirmed = ended.confirmed && (begun || result.confirmed);
    return {
        summary: `${sentence(settings, true)}: ${resultText({ ...ended, confirmed })}`,
        detail: { port, ...ended, confirmed },
    };
}

/** The event of an interrupted pulse is over: the relay must not stay on. */
async function abandon(settings: Settings, context: JobContext): Promise<JobOutcome> {
    if (settings.action === 'pulse' && isPulse(context.progress)) return pulse(settings, context);
    return { summary: `${settings.module.name}: ${settings.port}: not run, the event has ended meanwhile` };
}

function isPulse(progress: unknown): progress is { offAt: number } {
    return Number.isFinite((progress as { offAt?: unknown } | undefined)?.offAt);
}
