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
    moduleId: string;
    module: AuxModule;
    port: string;
    action: UpsAuxSwitchConfig['action'];
    seconds: number;
}

/** A pulse under way. */
interface Pulse {
    off(): Promise<unknown>;
    /** A successor of its node would go on with it; not with that of a message without an episode. */
    journalled: boolean;
}

/** What is noted of a pulse before its relay is switched on: when it is to be off again, and where. */
interface Begun {
    offAt: number;
    /** Absent in what an earlier version has noted. */
    moduleId?: string;
    port?: string;
}

const ACTIONS = ['on', 'off', 'pulse', 'follow'];
/** Manual line 3915; shorter ones many relays do not make. */
const SHORTEST_PULSE_S = 0.5;
const LONGEST_PULSE_S = 86_400;

export = (RED: NodeAPI) => {
    function UpsAuxSwitch(this: Node, config: UpsAuxSwitchConfig) {
        RED.nodes.createNode(this, config);
        const pulses = new Set<Pulse>();
        attachJob(RED, this, config, {
            type: 'ups-aux-switch',
            follows: config.action === 'follow',
            describe: (context) => describe(RED, config, context),
            run: (context) => resumed(RED, config, context, pulses) ?? run(readSettings(RED, config), context, pulses),
            // The event of an interrupted pulse is over: the relay must not stay on.
            abandon: async (context) =>
                resumed(RED, config, context, pulses) ?? {
                    summary: `${describe(RED, config, context)}: not run, the event has ended meanwhile`,
                },
            // Nor must it because a dry run came in between.
            rehearse: async (context) =>
                resumed(RED, config, context, pulses) ?? { summary: describe(RED, config, context) },
            close: async (removed) => {
                // Asked for at once, while the module still takes orders.
                const last = [...pulses].filter(({ journalled }) => removed || !journalled).map(({ off }) => off());
                await Promise.allSettled(last);
            },
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
    return { moduleId: config.module, module, port: config.port, action, seconds };
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

async function run(settings: Settings, context: JobContext, pulses: Set<Pulse>): Promise<JobOutcome> {
    const { module, port, action } = settings;
    const on = wanted(settings, context.message.event.active);
    if (action === 'pulse') return pulse(settings, undefined, context, pulses);
    const result = await module.switch(port, on);
    return { summary: `${sentence(settings, on)}: ${resultText(result)}`, detail: { port, on, ...result } };
}

/**
 * Goes on with what is left of a pulse that was interrupted; undefined if there was none. It ends where it began, whatever the dialog
 * says now: what was chosen meanwhile counts from the next event on.
 * @throws UpsError config-missing, config-invalid
 */
function resumed(
    RED: NodeAPI,
    config: UpsAuxSwitchConfig,
    context: JobContext,
    pulses: Set<Pulse>,
): Promise<JobOutcome> | undefined {
    const { progress } = context;
    if (!isBegun(progress)) return undefined;
    const { moduleId = config.module, port = config.port } = progress;
    const there = { ...config, module: moduleId, port, action: 'pulse' as const };
    const module = (RED.nodes.getNode(moduleId) as UpsAuxModuleNode | null)?.module;
    // A port of another name now is what the dialog says, if anything.
    if (!module?.ports.some(({ name, output }) => output && name === port)) there.port = config.port;
    return pulse(readSettings(RED, there), progress, context, pulses);
}

/** A restart goes on with what is left of the pulse. */
async function pulse(
    settings: Settings,
    begun: Begun | undefined,
    context: JobContext,
    pulses: Set<Pulse>,
): Promise<JobOutcome> {
    const { moduleId, module, port, seconds } = settings;
    const { clock, message, saveProgress, signal } = context;
    const off = () => module.switch(port, false);
    const offAt = begun?.offAt ?? clock.now() + seconds * 1000;
    const underWay: Pulse = { off, journalled: message.event.episode !== '' };
    pulses.add(underWay);
    try {
        let result = { confirmed: false };
        if (!begun) {
            saveProgress({ offAt, moduleId, port } satisfies Begun);
            result = await module.switch(port, true).catch((error: unknown) => {
                // It may have switched and not answered.
                off().catch(() => undefined);
                throw error;
            });
        }
        await wait(clock, Math.min(offAt - clock.now(), seconds * 1000), signal);
        const ended = await off();
        const confirmed = ended.confirmed && (begun !== undefined || result.confirmed);
        return {
            summary: `${sentence(settings, true)}: ${resultText({ ...ended, confirmed })}`,
            detail: { port, ...ended, confirmed },
        };
    } finally {
        pulses.delete(underWay);
    }
}

function isBegun(progress: unknown): progress is Begun {
    return Number.isFinite((progress as { offAt?: unknown } | undefined)?.offAt);
}
