import type { TimerHandle } from '../../core/clock';
import { stateText, isKnown } from '../../core/events/source-kinds';
import type { Translate } from '../../core/language/sentence';
import type { SourceReportEntry, UpsReportEntry } from '../../core/mail/report-entries';
import type { EventMessage } from '../../core/messages';
import type { SignificantDigits } from '../../core/units/digits';
import { UpsUnit } from '../../core/unit/ups-unit';
import { Outbox } from '../delivery/outbox';
import { ownInput, type Receiver } from '../delivery/own-input';
import type { Flow } from '../flow';
import { sourcesOf, type SourceChoice } from '../source-choice';

/** When status mails are due, and what they contain. */
export interface StatusMailPlan {
    /** When the first mail after `last` is due; both epoch ms. Undefined: never. */
    nextAt(last: number): number | undefined;
    report(
        units: UpsReportEntry[],
        others: SourceReportEntry[],
        now: number,
        inWords: Translate,
        digits?: SignificantDigits,
    ): { subject: string; text: string };
}

/** The event id of a status mail; its text is in `report`. */
export const STATUS_EVENT = 'status-mail';

export type StatusMessage = EventMessage & { report: string };

const LOOK_EVERY_MS = 30_000;
/** How long a mail that is due at the start waits for the first readings, and how often it checks for them, ms. */
const READINGS_WITHIN_MS = 60_000;
const READINGS_LOOK_MS = 1000;

/**
 * Sends the status of its sources to a job when a mail is due. Mails that were due while nothing ran become one mail, which is sent after
 * the sources have been read.
 */
export class StatusMails {
    private readonly outbox: Outbox;
    private timer: TimerHandle;
    private startedAt = 0;

    constructor(
        private readonly flow: Flow,
        private readonly node: Receiver,
        private readonly choice: SourceChoice,
        private readonly plan: StatusMailPlan,
        /** The edge of the job, so that its filter lets the message through. */
        private readonly active: boolean,
    ) {
        this.outbox = new Outbox(flow, ownInput(node, 'status'), () => flow.registry.journalOf(undefined, choice.site));
    }

    start(): void {
        this.startedAt = this.flow.clock.monotonic();
        this.outbox.resume();
        this.look();
    }

    destroy(): void {
        this.flow.clock.clearTimeout(this.timer);
        this.outbox.destroy();
    }

    /** Checks the wall clock repeatedly, because it may jump. */
    private look(): void {
        const now = this.flow.clock.now();
        const journal = this.flow.registry.journalOf(undefined, this.choice.site);
        const kept = journal.getValue(this.node.id, STATUS_EVENT);
        // The schedule begins with the first start. If the clock was set back, mails must not wait until it has caught up.
        const last = typeof kept === 'number' && kept <= now ? kept : now;
        if (last !== kept) journal.setValue(this.node.id, STATUS_EVENT, last);
        const due = this.plan.nextAt(last);
        if (due === undefined) return;
        if (due <= now && this.unread()) {
            this.timer = this.flow.clock.setTimeout(() => this.look(), READINGS_LOOK_MS);
            return;
        }
        if (due <= now) {
            const message = this.message(now, due);
            this.outbox.send(message, () => journal.setValue(this.node.id, STATUS_EVENT, now));
        }
        const wait = due <= now ? LOOK_EVERY_MS : Math.min(due - now, LOOK_EVERY_MS);
        this.timer = this.flow.clock.setTimeout(() => this.look(), wait);
    }

    /** Whether some sources may not have been read yet. */
    private unread(): boolean {
        if (this.flow.clock.monotonic() - this.startedAt >= READINGS_WITHIN_MS) return false;
        return sourcesOf(this.flow, this.choice).some(({ source }) =>
            source instanceof UpsUnit ? !source.status() && !source.isSilent : !isKnown(source),
        );
    }

    private message(now: number, due: number): StatusMessage {
        const sources = sourcesOf(this.flow, this.choice);
        const site = this.flow.registry.siteOf(undefined, this.choice.site);
        const digits = site?.significantDigits;
        const others = sources
            .filter(({ kind }) => kind !== 'ups')
            .map(({ source }) => ({
                name: source.name,
                state: stateText(source, digits),
                active: source.activeEvents(),
            }));
        const units = sources
            .flatMap(({ source }) => (source instanceof UpsUnit ? [source] : []))
            .map((unit) => ({
                name: unit.name,
                status: unit.status(),
                ageSeconds: unit.ageSeconds,
                silent: unit.isSilent,
                active: unit.activeEvents(),
            }));
        const { words } = this.flow.texts.of(site);
        const { subject, text } = this.plan.report(units, others, now, (part) => words.text(part), digits);
        const source = site?.name ?? '';
        return {
            topic: `${source}/${STATUS_EVENT}`,
            payload: this.active,
            event: {
                id: STATUS_EVENT,
                source,
                sourceId: '',
                level: 'info',
                active: this.active,
                since: now,
                at: now,
                episode: `${this.node.id}:status:${due}`,
                text: subject,
            },
            report: text,
        };
    }
}
