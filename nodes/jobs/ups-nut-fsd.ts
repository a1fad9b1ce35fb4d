import type { NodeAPI } from 'node-red';
import { wait } from '../../lib/core/abortable-wait';
import { endOf } from '../../lib/core/commands/end-code';
import { UpsError } from '../../lib/core/errors';
import type { Sentence, SentenceData } from '../../lib/core/language/sentence';
import type { EventMessage } from '../../lib/core/messages';
import { noteLeft, type WaitedFor } from '../../lib/core/served/left-clients';
import type { SettingsOf } from '../../lib/core/settings';
import { defineJob } from '../shared/job/define-job';
import type { JobContext, JobOutcome } from '../shared/job/job';
import { nutHub, type NutControl } from '../shared/server/nut-hub';
import { settings } from './ups-nut-fsd.settings';

type Own = SettingsOf<typeof settings>;

/** How often it is looked who is still logged in, ms. */
const LOOK_MS = 250;

/** What is kept over a restart. */
interface Progress {
    /** Epoch ms. */
    orderedAt: number;
    waited: WaitedFor[];
}

const sentence = (key: string, data?: SentenceData): Sentence => ({ key: `ups-nut-fsd.said.${key}`, data });

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: own }) => {
        const job = new ForcedShutdown(RED, own, () => node.name || 'ups-nut-fsd');
        return {
            acts: true,
            shutsDown: (context) => context?.message.event.active !== false,
            follows: true,
            total: () => own.names.length,
            describe: (context) => context.words.sentence(job.what(context)),
            run: (context) => (context.message.event.active ? job.order(context) : job.withdraw(context)),
            // What was ordered for real before the dry run is taken back for real.
            rehearse: async (context) => {
                if (!context.message.event.active && job.isOrdered())
                    return { ...job.withdrawNow(context), real: true };
                return { summary: context.words.sentence(job.what(context)) };
            },
            withdraw: (context) => job.withdraw(context),
        };
    });
};

class ForcedShutdown {
    constructor(
        private readonly RED: NodeAPI,
        private readonly own: Own,
        private readonly name: () => string,
    ) {}

    /** @throws UpsError config-missing, config-invalid: no such server or name */
    what({ message }: JobContext): Sentence {
        this.control();
        return sentence(message.event.active ? 'order' : 'withdraw', { names: this.list() });
    }

    async order(context: JobContext): Promise<JobOutcome> {
        const { clock, message } = context;
        const { names } = this.own;
        const control = this.control();
        let progress = context.progress as Progress | undefined;
        if (!progress) {
            progress = { orderedAt: clock.now(), waited: names.flatMap((name) => waitedFor(control, name)) };
            // Noted before any client can see it: after a kill the same clients are waited for.
            context.saveProgress(progress);
        }
        for (const name of names) if (!control.isOrdered(name)) control.order(name, this.name());
        try {
            return this.outcome(context, await this.waitFor(progress, context));
        } finally {
            // The Test button sends an event that never ends.
            if (isTest(message)) this.clear(this.controlIf());
        }
    }

    /** Waits until all have left, or for the set time. @throws UpsError event-over, mains-failed-again, aborted, interrupted */
    private async waitFor({ orderedAt, waited }: Progress, context: JobContext): Promise<WaitedFor[]> {
        const { clock, signal } = context;
        const elapsed = () => Math.max(0, (clock.now() - orderedAt) / 1000);
        const ends = clock.monotonic() + Math.max(0, this.own.waitSeconds - elapsed()) * 1000;
        let seen = waited;
        for (;;) {
            const control = this.controlIf();
            const now = control ? noteLeft(seen, (name) => control.logins(name), elapsed()) : seen;
            const left = now.filter(({ leftAfter }) => leftAfter !== undefined).length;
            if (now.some(({ leftAfter }, index) => leftAfter !== seen[index]!.leftAfter)) {
                context.saveProgress({ orderedAt, waited: now });
            }
            seen = now;
            context.status(`${left}/${seen.length}`);
            if (left === seen.length || clock.monotonic() >= ends) return seen;
            try {
                await wait(clock, Math.min(LOOK_MS, ends - clock.monotonic()), signal);
            } catch (error) {
                const end = endOf(signal);
                throw end ? new UpsError(end, { done: left, total: seen.length }) : error;
            }
        }
    }

    withdraw(context: JobContext): Promise<JobOutcome> {
        return Promise.resolve(this.withdrawNow(context));
    }

    withdrawNow({ words }: JobContext): JobOutcome {
        this.clear(this.control());
        return { summary: words.sentence(sentence('withdraw', { names: this.list() })) };
    }

    isOrdered(): boolean {
        const control = this.controlIf();
        return control !== undefined && this.own.names.some((name) => control.isOrdered(name));
    }

    private clear(control: NutControl | undefined): void {
        for (const name of this.own.names) control?.withdraw(name);
    }

    private outcome({ words }: JobContext, waited: readonly WaitedFor[]): JobOutcome {
        const stay = waited.filter(({ leftAfter }) => leftAfter === undefined);
        const ordered = sentence('order', { names: this.list() });
        const left = waited.length - stay.length;
        const data = { what: ordered, left, total: waited.length };
        const stayed = { list: [...new Set(stay.map(({ address }) => address))].slice(0, 10), by: ', ' };
        const told =
            waited.length === 0
                ? sentence('nobody', { what: ordered })
                : stay.length === 0
                  ? sentence('allLeft', data)
                  : sentence('stay', { ...data, stayed });
        const detail = waited.map(({ name, address, user, leftAfter }) => ({
            name,
            address,
            ...(user !== undefined && { user }),
            ...(leftAfter === undefined ? { left: false } : { left: true, afterSeconds: leftAfter }),
        }));
        return { summary: words.sentence(told), detail };
    }

    private list() {
        return { list: this.own.names, by: ', ' };
    }

    /** @throws UpsError config-missing: there is no such server; config-invalid: it has no such name */
    private control(): NutControl {
        const control = this.controlIf();
        if (!control) throw new UpsError('config-missing', { property: 'server' });
        const known = control.names.map((name) => name.toLowerCase());
        const strange = this.own.names.find((name) => !known.includes(name.toLowerCase()));
        if (strange === undefined) return control;
        const expected = control.names.join(', ');
        throw new UpsError('config-invalid', { property: 'names', value: strange, expected });
    }

    /** Undefined while a deploy replaces it. */
    private controlIf(): NutControl | undefined {
        return nutHub(this.RED).controls.get(this.own.server);
    }
}

function waitedFor(control: NutControl, name: string): WaitedFor[] {
    return control.logins(name).map((login) => ({ name, ...login }));
}

function isTest({ event: { id, episode } }: EventMessage): boolean {
    return id === 'test' && !episode;
}
