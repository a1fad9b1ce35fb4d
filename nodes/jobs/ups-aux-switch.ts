import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said, type Sentence } from '../../lib/core/language/sentence';
import { deliveryKey } from '../../lib/core/journal/journal';
import type { CommandResult } from '../../lib/core/driver';
import { momentNow, msUntil, type Moment } from '../../lib/core/moment';
import { pause, whyAborted } from '../../lib/core/orders/keep-trying';
import type { OutputClaim } from '../../lib/core/orders/output-claims';
import type { ClaimBook } from '../../lib/flow/jobs/output-claims';
import type { AuxModule } from '../../lib/protocols/aux/aux-module';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { auxModuleNode } from '../shared/config/aux-of';
import type { UpsAuxModuleNode } from '../shared/config/config-nodes';
import { checkSettings } from '../shared/settings/check-settings';
import { giveOrder } from '../shared/job/give-order';
import { flowOf } from '../shared/runtime/flow-of';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { moduleUsersOf } from '../shared/config/module-users';
import { numberOr } from '../shared/settings/numbers';
import { statusText } from '../shared/words/texts';
import { orderReport, resultOf } from '../shared/config/unit-of';

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
    /** At the time of use: a deploy may replace the module alone. */
    module: AuxModule;
    port: string;
    action: UpsAuxSwitchConfig['action'];
    seconds: number;
}

/** What is noted of a pulse before its relay is switched on: when it is to be off again, and where. */
interface Begun {
    /** Epoch ms */
    offAt: number;
    /** The same by the time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
    /** Absent in what an earlier version has noted. */
    moduleId?: string;
    port?: string;
}

const ACTIONS = ['on', 'off', 'pulse', 'follow'];
/** CS141 manual, "Trigger AUX Ports to high/low (on/off)"; shorter ones many relays do not make. */
const SHORTEST_PULSE_S = 0.5;
const LONGEST_PULSE_S = 86_400;
const LATCH = 'latch';

export = (RED: NodeAPI) => {
    function UpsAuxSwitch(this: Node, config: UpsAuxSwitchConfig) {
        RED.nodes.createNode(this, config);
        const switcher = new Switcher(RED, this, config);
        const letGo = moduleUsersOf(RED).use(config.module);
        checkSettings(RED, this, () => switcher.settings());
        attachJob(RED, this, config, {
            type: 'ups-aux-switch',
            acts: true,
            follows: config.action === 'follow',
            describe: (context) => switcher.describe(context),
            run: (context) => switcher.resumed(context) ?? switcher.run(context),
            // The event of an interrupted pulse is over: the relay must not stay on.
            abandon: async (context) =>
                switcher.resumed(context) ?? {
                    summary: context.words.say('ups-aux-switch.said.over', { what: switcher.describe(context) }),
                },
            // Nor must it because a dry run came in between.
            rehearse: async (context) =>
                switcher.resumed(context) ?? switcher.takenBack(context) ?? { summary: switcher.describe(context) },
            close: (removed) => switcher.close(removed).finally(letGo),
        });
    }
    RED.nodes.registerType('ups-aux-switch', UpsAuxSwitch as never);
};

/** Switches one output for one node. What the output does is decided by everybody who holds it: see `OutputClaims`. */
class Switcher {
    private readonly closing = new AbortController();
    /** Pulses of messages without an episode: no successor of this node would go on with them. */
    private readonly unkept = new Map<string, OutputClaim>();
    private pulses = 0;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly config: UpsAuxSwitchConfig,
    ) {
        this.book.restore(node.id);
    }

    private get book(): ClaimBook {
        return flowOf(this.RED).claims;
    }

    /** @throws UpsError config-missing, config-invalid */
    describe({ message, words }: JobContext): string {
        const settings = this.settings();
        return words.sentence(sentence(settings, wanted(settings, message.event.active)));
    }

    async run(context: JobContext): Promise<JobOutcome> {
        const settings = this.settings();
        const { message } = context;
        const on = wanted(settings, message.event.active);
        switch (settings.action) {
            case 'pulse':
                return this.pulse(settings, undefined, context);
            case 'follow':
                return on ? this.hold(settings, followKey(context), context) : this.letGo(settings, context);
            case 'on':
                return this.hold(settings, LATCH, context);
            case 'off':
                return this.end(settings, context);
        }
    }

    /**
     * Goes on with what is left of a pulse that was interrupted; undefined if there was none. It ends where it began, whatever the dialog
     * says now: what was chosen meanwhile counts from the next event on.
     * @throws UpsError config-missing, config-invalid
     */
    resumed(context: JobContext): Promise<JobOutcome> | undefined {
        const { progress } = context;
        if (!isBegun(progress)) return undefined;
        const { moduleId = this.config.module, port = this.config.port } = progress;
        const there = { ...this.config, module: moduleId, port, action: 'pulse' as const };
        const module = (this.RED.nodes.getNode(moduleId) as UpsAuxModuleNode | null)?.module;
        // A port of another name now is what the dialog says, if anything.
        if (!module?.ports.some(({ name, output }) => output && name === port)) there.port = this.config.port;
        return this.pulse(this.settings(there), progress, context);
    }

    /** What was really switched before a dry run came in between is really switched back when its event ends; else undefined. */
    takenBack(context: JobContext): Promise<JobOutcome> | undefined {
        const { active, since } = context.message.event;
        if (active) return undefined;
        const settings = this.settings();
        const { moduleId, port, action } = settings;
        const during = this.book.claims.of(moduleId, port).filter(({ at }) => at >= since);
        const real = {
            follow: this.book.claims.has(this.node.id, followKey(context)),
            off: during.some(({ off }) => !off),
            on: during.some(({ off }) => off),
            pulse: false,
        }[action];
        if (!real) return undefined;
        return this.run(context).then((outcome) => ({
            ...outcome,
            real: true,
            summary: `${outcome.summary}. ${statusText(context.words, 'reallyTakenBack')}`,
        }));
    }

    async close(removed: boolean): Promise<void> {
        // No 'interrupted': its event may have ended meanwhile, and what is left of a pulse is owed all the same.
        this.closing.abort(new UpsError('command-failed', { command: this.config.port, reason: 'interrupted' }));
        const pulses = removed
            ? this.book.claims.owned(this.node.id).filter(({ until }) => until !== undefined)
            : [...this.unkept.values()];
        if (removed) this.book.dropAllOf(this.node.id);
        for (const claim of pulses) this.book.drop(claim);
        // Asked for at once, while the module still takes orders.
        const free = pulses.filter(({ moduleId, port }) => !this.isHeld(moduleId, port));
        await Promise.allSettled(
            free.map(async ({ moduleId, port }) => {
                await (this.RED.nodes.getNode(moduleId) as UpsAuxModuleNode | null)?.module?.switch(port, false);
            }),
        );
    }

    /** On, and held on under this key. */
    private async hold(settings: Settings, key: string, context: JobContext): Promise<JobOutcome> {
        const { moduleId, port } = settings;
        for (const { ownerId, key: other, off } of this.book.claims.of(moduleId, port)) {
            if (off) this.book.drop({ ownerId, key: other });
        }
        const ownerId = this.node.id;
        this.book.put({ moduleId, port, ownerId, key, at: context.clock.now() }, this.journal(context));
        const { value, attempts } = await this.order(settings, true, context, async (module) =>
            this.book.claims.has(ownerId, key)
                ? module.switch(port, true)
                : { confirmed: false, detail: said('order.switchedOff') },
        ).catch((error: unknown) => {
            // Given up; what a close interrupts is gone on with.
            if (!this.closing.signal.aborted) this.book.drop({ ownerId, key });
            throw error;
        });
        const summary = orderReport(context.words, sentence(settings, true), resultOf(value));
        return { summary, attempts, detail: { port, on: true, ...value } };
    }

    /** The event that it followed is over: off, unless others hold it. Where it was switched on, wherever the dialog points to now. */
    private async letGo(settings: Settings, context: JobContext): Promise<JobOutcome> {
        const claim = this.book.drop({ ownerId: this.node.id, key: followKey(context) });
        const elsewhere = claim && (claim.moduleId !== settings.moduleId || claim.port !== settings.port);
        if (!elsewhere) return this.off(settings, context);
        const there = this.settings({ ...this.config, module: claim.moduleId, port: claim.port });
        return this.off(there, context);
    }

    /** A plain order to switch off: nobody holds the output any more. */
    private end(settings: Settings, context: JobContext): Promise<JobOutcome> {
        const { moduleId, port } = settings;
        const held = this.book.claims.of(moduleId, port);
        for (const claim of held) this.book.drop(claim);
        const at = context.clock.now();
        const key = `off|${port}`;
        this.book.put({ moduleId, port, ownerId: this.node.id, key, at, off: true }, this.journal(context));
        return this.off(settings, context);
    }

    private async off(settings: Settings, context: JobContext, signal?: AbortSignal): Promise<JobOutcome> {
        const { moduleId, port } = settings;
        let on = false;
        const { value, attempts } = await this.order(
            settings,
            false,
            context,
            async (module) => {
                on = this.isHeld(moduleId, port);
                return on
                    ? { confirmed: module.ports.some((p) => p.name === port && p.on) }
                    : module.switch(port, false);
            },
            signal,
        );
        const summary = orderReport(context.words, heldBack(settings, on), resultOf(value));
        return { summary, attempts, detail: { port, on, ...value } };
    }

    /** On for a time. A restart goes on with what is left of it. */
    private async pulse(settings: Settings, begun: Begun | undefined, context: JobContext): Promise<JobOutcome> {
        const { moduleId, port, seconds } = settings;
        const { clock, message, saveProgress } = context;
        const plain = message.event.episode === '';
        const key = `pulse|${plain ? ++this.pulses : deliveryKey(message)}`;
        const claim = (until: number) => ({ moduleId, port, ownerId: this.node.id, key, at: clock.now(), until });
        const takeUp = (until: number) => {
            this.book.put(claim(until), this.journal(context));
            if (plain) this.unkept.set(key, claim(until));
        };
        let on: CommandResult | undefined;
        let attempts = 1;
        const left = (due: Moment) => Math.min(msUntil(clock, due), seconds * 1000);
        let due: Moment = begun ? { ...begun, at: begun.offAt } : { at: 0 };
        // By the wall clock of today, which may have been set since.
        let offAt = clock.now() + left(due);
        try {
            if (begun) takeUp(offAt);
            else {
                ({ value: on, attempts } = await this.order(settings, true, context, async (module) => {
                    due = momentNow(clock, -seconds * 1000);
                    const { at, ...boot } = due;
                    offAt = at;
                    saveProgress({ offAt, ...boot, moduleId, port } satisfies Begun);
                    takeUp(offAt);
                    try {
                        return await module.switch(port, true);
                    } catch (error) {
                        // It may have switched and not answered.
                        this.book.drop(claim(offAt));
                        if (!this.isHeld(moduleId, port)) module.switch(port, false).catch(() => undefined);
                        throw error;
                    }
                }));
            }
            // Not the end of the event: a pulse that has begun is made to its end.
            await pause(clock, left(due), this.closing.signal);
            if (this.closing.signal.aborted) throw whyAborted(this.closing.signal);
            this.book.drop(claim(offAt));
            const ended = await this.off(settings, context, this.closing.signal);
            const result = ended.detail as CommandResult;
            const confirmed = result.confirmed && (on?.confirmed ?? true);
            const what = (ended.detail as { on: boolean }).on ? heldBack(settings, true) : sentence(settings, true);
            return {
                summary: orderReport(context.words, what, resultOf({ ...result, confirmed })),
                attempts,
                detail: { ...result, port, confirmed },
            };
        } finally {
            // What a close interrupts stays noted: its successor ends it.
            if (!this.closing.signal.aborted) this.book.drop(claim(offAt));
            this.unkept.delete(key);
        }
    }

    private async order(
        settings: Settings,
        on: boolean,
        context: JobContext,
        attempt: (module: AuxModule) => Promise<CommandResult>,
        signal?: AbortSignal,
    ): Promise<{ value: CommandResult; attempts: number }> {
        const { moduleId: module, port, action } = settings;
        const what = sentence(settings, on);
        const options = { what, signal, patient: action === 'follow' || signal !== undefined };
        return giveOrder(this.RED, this.node, this.config, context, options, () =>
            attempt(this.settings({ ...this.config, module, port, action }).module),
        );
    }

    private isHeld(moduleId: string, port: string): boolean {
        return this.book.claims.isHeld(moduleId, port, flowOf(this.RED).clock.now());
    }

    private journal({ message }: JobContext) {
        return flowOf(this.RED).registry.journalOf(message, this.config.site);
    }

    /** @throws UpsError config-missing, config-invalid */
    settings(config: UpsAuxSwitchConfig = this.config): Settings {
        const { module } = auxModuleNode(this.RED, config.module);
        const action = settingChoice('action', config.action, ACTIONS, 'on') as Settings['action'];
        if (!config.port) throw new UpsError('config-missing', { property: 'port' });
        module.assertOutput(config.port);
        const pulse = action === 'pulse';
        const seconds = pulse ? numberOr('seconds', config.seconds, 1, SHORTEST_PULSE_S, LONGEST_PULSE_S) : 0;
        return { moduleId: config.module, module, port: config.port, action, seconds };
    }
}

function wanted({ action }: Settings, active: boolean): boolean {
    return action === 'follow' ? active : action !== 'off';
}

function sentence({ module, port, action, seconds }: Settings, on: boolean): Sentence {
    const what = action === 'pulse' ? 'pulse' : on ? 'on' : 'off';
    return { key: `ups-aux-switch.said.${what}`, data: { module: module.name, port, time: { seconds } } };
}

/** Switched off for one event; another one keeps it on. */
function heldBack(settings: Settings, on: boolean): Sentence {
    if (!on) return sentence(settings, false);
    return { key: 'ups-aux-switch.said.held', data: { what: sentence(settings, true) } };
}

/** An event of a source, whichever occurrence; of plain messages the last one decides, whatever its topic. */
function followKey({ message }: JobContext): string {
    const { episode, sourceId, id } = message.event;
    return episode ? `follow|${sourceId}|${id}` : 'follow';
}

function isBegun(progress: unknown): progress is Begun {
    return Number.isFinite((progress as { offAt?: unknown } | undefined)?.offAt);
}
