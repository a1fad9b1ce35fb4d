import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said, type Sentence } from '../../lib/core/language/sentence';
import { deliveryKey } from '../../lib/core/journal/journal';
import type { CommandResult } from '../../lib/core/driver';
import type { SettingsOf } from '../../lib/core/settings';
import { momentNow, msUntil, type Moment } from '../../lib/core/moment';
import { pause, whyAborted } from '../../lib/core/commands/keep-trying';
import type { OutputClaim } from '../../lib/core/commands/output-claims';
import type { ClaimJournal } from '../../lib/flow/jobs/output-claims';
import type { AuxModule } from '../../lib/protocols/aux/aux-module';
import { auxModuleNode } from '../shared/config/aux-of';
import type { UpsAuxModuleNode } from '../shared/config/config-nodes';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob, type JobParts } from '../shared/job/define-job';
import type { NodeInstance } from '../shared/settings/define-node';
import { sendCommand } from '../shared/job/send-command';
import { flowOf } from '../shared/runtime/flow-of';
import type { JobContext, JobOutcome } from '../shared/job/job';
import { endCutShort, plainPulseKey, release } from '../shared/job/left-pulses';
import { restNow, restOf } from '../shared/config/output-rest';
import { moduleUsersOf } from '../shared/config/module-users';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { statusText } from '../shared/words/texts';
import { commandReport, resultOf } from '../shared/config/unit-of';
import { settings } from './ups-aux-switch.settings';

type Own = SettingsOf<typeof settings>;

/** The output and the action. */
interface Target {
    moduleId: string;
    /** The present module: a deploy may replace it alone. */
    module: AuxModule;
    port: string;
    action: Own['action'];
    /** Duration of a pulse, s. */
    seconds: number;
    /** Of a pulse: the output is on at rest. */
    rest?: boolean;
}

/** Written before the relay of a pulse is switched: when and where to switch it back. */
interface SwitchProgress {
    /** Epoch ms */
    offAt: number;
    /** The same moment as time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
    /** Absent in data of an earlier version. */
    moduleId?: string;
    port?: string;
    seconds?: number;
    /** The output is on at rest. */
    rest?: boolean;
}

const LATCH = 'latch';

export = (RED: NodeAPI) => {
    const make = ({ node, settings: own }: NodeInstance<Own>): JobParts => {
        const switcher = new Switcher(RED, node, own);
        const letGo = moduleUsersOf(RED).use(own.module);
        checkSettings(RED, node, () => switcher.target());
        return {
            acts: true,
            follows: own.action === 'follow',
            describe: (context) => switcher.describe(context),
            run: (context) => switcher.resumePulse(context) ?? switcher.run(context),
            // The event of an interrupted pulse is over: the relay must not stay on.
            abandon: async (context) =>
                switcher.resumePulse(context) ?? {
                    summary: context.words.say('ups-aux-switch.said.over', { what: switcher.describe(context) }),
                },
            // The same if a dry run was switched on meanwhile.
            rehearse: async (context) =>
                switcher.resumePulse(context) ??
                switcher.undoRealSwitch(context) ?? { summary: switcher.describe(context) },
            close: (removed) => switcher.close(removed).finally(letGo),
        };
    };
    const whenInvalid = (node: Node) => {
        flowOf(RED).claims.restore(node.id);
        return { close: (removed: boolean) => release(RED, node.id, removed) };
    };
    defineJob(RED, settings, make, { whenInvalid });
};

/** Switches one output for one node. All jobs that hold the output decide its state: see `OutputClaims`. */
class Switcher {
    private readonly closing = new AbortController();
    /** Pulses of messages without an episode: no successor of this node would continue them. */
    private readonly unjournaled = new Map<string, OutputClaim>();
    private pulses = 0;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly own: Own,
    ) {
        this.claimJournal.restore(node.id);
        whenFlowsStarted(RED, node, () => endCutShort(RED, node, this.closing.signal));
    }

    private get claimJournal(): ClaimJournal {
        return flowOf(this.RED).claims;
    }

    /** @throws UpsError config-missing, config-invalid */
    describe({ message, words }: JobContext): string {
        const target = this.target();
        const { moduleId, module, port, action } = target;
        const rest = action === 'pulse' && restNow(this.RED, moduleId, module, port);
        return words.sentence(sentence({ ...target, rest }, wanted(target, message.event.active)));
    }

    async run(context: JobContext): Promise<JobOutcome> {
        const target = this.target();
        const { message } = context;
        const on = wanted(target, message.event.active);
        switch (target.action) {
            case 'pulse':
                return this.pulse(target, undefined, context);
            case 'follow':
                return on ? this.hold(target, followKey(context), context) : this.endFollow(target, context);
            case 'on':
                return this.hold(target, LATCH, context);
            case 'off':
                return this.switchOff(target, context);
        }
    }

    /**
     * Continues an interrupted pulse; undefined if there was none. It ends at the output where it began; changed settings apply from the
     * next event on.
     * @throws UpsError config-missing, config-invalid
     */
    resumePulse(context: JobContext): Promise<JobOutcome> | undefined {
        const { progress } = context;
        if (!isSwitchProgress(progress)) return undefined;
        const { moduleId = this.own.module, port = this.own.port, seconds = this.own.seconds } = progress;
        const there = { ...this.own, module: moduleId, port, seconds, action: 'pulse' as const };
        const module = (this.RED.nodes.getNode(moduleId) as UpsAuxModuleNode | null)?.module;
        // If the port has been renamed, the port of the settings is used.
        if (!module?.ports.some(({ name, output }) => output && name === port)) there.port = this.own.port;
        return this.pulse(this.target(there), progress, context);
    }

    /** Undoes a real switching at the end of its event, although a dry run was switched on meanwhile; undefined if there is nothing to undo. */
    undoRealSwitch(context: JobContext): Promise<JobOutcome> | undefined {
        const { active, since } = context.message.event;
        if (active) return undefined;
        const target = this.target();
        const { moduleId, port, action } = target;
        const during = this.claimJournal.claims.of(moduleId, port).filter(({ at }) => at >= since);
        const real = {
            follow: this.claimJournal.claims.has(this.node.id, followKey(context)),
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
        // The code is not 'interrupted': the event may have ended meanwhile, and the rest of a pulse is owed all the same.
        this.closing.abort(new UpsError('command-failed', { command: this.own.port, reason: 'interrupted' }));
        await release(this.RED, this.node.id, removed, [...this.unjournaled.values()]);
    }

    /** Switches on, and holds the output on with this key. */
    private async hold(target: Target, key: string, context: JobContext): Promise<JobOutcome> {
        const { moduleId, port } = target;
        for (const { ownerId, key: other, off } of this.claimJournal.claims.of(moduleId, port)) {
            if (off) this.claimJournal.drop({ ownerId, key: other });
        }
        const ownerId = this.node.id;
        this.claimJournal.put({ moduleId, port, ownerId, key, at: context.clock.now() }, this.journal(context));
        const { value, attempts } = await this.send(target, true, context, async (module) =>
            this.claimJournal.claims.has(ownerId, key)
                ? module.switch(port, true)
                : { confirmed: false, detail: said('order.switchedOff') },
        ).catch((error: unknown) => {
            // The job has failed. After an interruption by a close, the successor continues.
            if (!this.closing.signal.aborted) this.claimJournal.drop({ ownerId, key });
            throw error;
        });
        const summary = commandReport(context.words, sentence(target, true), resultOf(value));
        return { summary, attempts, detail: { port, on: true, ...value } };
    }

    /**
     * The followed event is over: switches off, unless another job holds the output. It uses the output that was switched on, even if the
     * settings have another one now.
     */
    private async endFollow(target: Target, context: JobContext): Promise<JobOutcome> {
        const claim = this.claimJournal.drop({ ownerId: this.node.id, key: followKey(context) });
        const elsewhere = claim && (claim.moduleId !== target.moduleId || claim.port !== target.port);
        if (!elsewhere) return this.off(target, context);
        const there = this.target({ ...this.own, module: claim.moduleId, port: claim.port });
        return this.off(there, context);
    }

    /** Switches off: ends all claims on the output. */
    private switchOff(target: Target, context: JobContext): Promise<JobOutcome> {
        const { moduleId, port } = target;
        const held = this.claimJournal.claims.of(moduleId, port);
        for (const claim of held) this.claimJournal.drop(claim);
        const at = context.clock.now();
        const key = `off|${port}`;
        this.claimJournal.put({ moduleId, port, ownerId: this.node.id, key, at, off: true }, this.journal(context));
        return this.off(target, context);
    }

    private async off(
        target: Target,
        context: JobContext,
        signal?: AbortSignal,
        but?: OutputClaim,
    ): Promise<JobOutcome> {
        const { moduleId, port } = target;
        let on = false;
        const { value, attempts } = await this.send(
            target,
            false,
            context,
            async (module) => {
                on = this.isHeld(moduleId, port, but);
                return on
                    ? { confirmed: module.ports.some((p) => p.name === port && p.on) }
                    : module.switch(port, false);
            },
            signal,
        );
        const summary = commandReport(context.words, resultSentence(target, on), resultOf(value));
        return { summary, attempts, detail: { port, on, ...value } };
    }

    /** The end of a pulse of an output that is on at rest: on again, unless somebody has switched it off meanwhile, or another pulse lasts. */
    private async onAgain(target: Target, context: JobContext, claim: OutputClaim): Promise<JobOutcome> {
        const { moduleId, port } = target;
        const { claims } = this.claimJournal;
        const { value, attempts } = await this.send(
            target,
            true,
            context,
            async (module) => {
                if (!claims.has(claim.ownerId, claim.key))
                    return { confirmed: false, detail: said('order.switchedOff') };
                const lasts = claims.isPulsedOff(moduleId, port, context.clock.now(), claim);
                return lasts ? { confirmed: true } : module.switch(port, true);
            },
            this.closing.signal,
        );
        return { summary: '', attempts, detail: { port, on: false, ...value } };
    }

    /**
     * Switches to the other state for a time, and back: an output that is off at rest goes on, one that is on at rest goes off. What another
     * job holds on stays on. A restart continues the rest of it.
     */
    private async pulse(target: Target, begun: SwitchProgress | undefined, context: JobContext): Promise<JobOutcome> {
        const { moduleId, port, seconds } = target;
        const { clock, message, saveProgress } = context;
        const plain = message.event.episode === '';
        const key = plain ? plainPulseKey(clock.now(), ++this.pulses) : `pulse|${deliveryKey(message)}`;
        let rest = begun?.rest;
        const claim = (until: number): OutputClaim => ({
            ...{ moduleId, port, ownerId: this.node.id, key, at: clock.now(), until },
            ...(rest && { off: true }),
        });
        const takeUp = (until: number) => {
            this.claimJournal.put(claim(until), this.journal(context));
            if (plain) this.unjournaled.set(key, claim(until));
        };
        let on: CommandResult | undefined;
        let attempts = 1;
        const left = (due: Moment) => Math.min(msUntil(clock, due), seconds * 1000);
        let due: Moment = begun ? { ...begun, at: begun.offAt } : { at: 0 };
        // By the present wall clock, which may have been set meanwhile.
        let offAt = clock.now() + left(due);
        try {
            if (begun) takeUp(offAt);
            else {
                ({ value: on, attempts } = await this.send(target, true, context, async (module) => {
                    rest ??= await restOf(this.RED, moduleId, module, port, this.closing.signal);
                    due = momentNow(clock, -seconds * 1000);
                    const { at, ...boot } = due;
                    offAt = at;
                    saveProgress({ offAt, ...boot, moduleId, port, seconds, rest } satisfies SwitchProgress);
                    takeUp(offAt);
                    try {
                        return await module.switch(port, !rest);
                    } catch (error) {
                        // The module may have switched although it did not answer.
                        this.claimJournal.drop(claim(offAt));
                        if (!this.isHeld(moduleId, port)) module.switch(port, rest).catch(() => undefined);
                        throw error;
                    }
                }));
            }
            // The end of the event does not stop a pulse that has begun.
            await pause(clock, left(due), this.closing.signal);
            if (this.closing.signal.aborted) throw whyAborted(this.closing.signal);
            // Dropped when it has ended: a kill in between must not leave it so.
            const mine = claim(offAt);
            const ended = rest
                ? await this.onAgain(target, context, mine)
                : await this.off(target, context, this.closing.signal, mine);
            const result = ended.detail as CommandResult;
            const confirmed = result.confirmed && (on?.confirmed ?? true);
            const told = { ...target, rest };
            const what = (ended.detail as { on: boolean }).on ? resultSentence(told, true) : sentence(told, true);
            return {
                summary: commandReport(context.words, what, resultOf({ ...result, confirmed })),
                attempts,
                detail: { ...result, port, confirmed },
            };
        } finally {
            // After an interruption by a close, the claim stays: the successor ends the pulse.
            if (!this.closing.signal.aborted) this.claimJournal.drop(claim(offAt));
            this.unjournaled.delete(key);
        }
    }

    private async send(
        target: Target,
        on: boolean,
        context: JobContext,
        attempt: (module: AuxModule) => Promise<CommandResult>,
        signal?: AbortSignal,
    ): Promise<{ value: CommandResult; attempts: number }> {
        const { moduleId: module, port, action } = target;
        const what = sentence(target, on);
        const options = { what, signal, patient: action === 'follow' || signal !== undefined };
        return sendCommand(this.RED, this.node, this.own, context, options, () =>
            attempt(this.target({ ...this.own, module, port, action }).module),
        );
    }

    private isHeld(moduleId: string, port: string, but?: OutputClaim): boolean {
        return this.claimJournal.claims.isHeld(moduleId, port, flowOf(this.RED).clock.now(), but);
    }

    private journal({ message }: JobContext) {
        return flowOf(this.RED).registry.journalOf(message, this.own.site);
    }

    /** @throws UpsError config-missing, config-invalid, module-faulty */
    target({ module: moduleId, port, action, seconds }: Own = this.own): Target {
        const { module } = auxModuleNode(this.RED, moduleId);
        module.assertOutput(port);
        return { moduleId, module, port, action, seconds };
    }
}

function wanted({ action }: Target, active: boolean): boolean {
    return action === 'follow' ? active : action !== 'off';
}

function sentence({ module, port, action, seconds, rest }: Target, on: boolean): Sentence {
    const what = action === 'pulse' ? (rest ? 'pulseOff' : 'pulse') : on ? 'on' : 'off';
    return { key: `ups-aux-switch.said.${what}`, data: { module: module.name, port, time: { seconds } } };
}

/** The result of switching off: the output may stay on because another job holds it. */
function resultSentence(target: Target, on: boolean): Sentence {
    if (!on) return sentence(target, false);
    return { key: 'ups-aux-switch.said.held', data: { what: sentence(target, true) } };
}

/** The key of a followed event: for a source, the event of any occurrence; for plain messages, the last one decides, whatever its topic. */
function followKey({ message }: JobContext): string {
    const { episode, sourceId, id } = message.event;
    return episode ? `follow|${sourceId}|${id}` : 'follow';
}

function isSwitchProgress(progress: unknown): progress is SwitchProgress {
    return Number.isFinite((progress as { offAt?: unknown } | undefined)?.offAt);
}
