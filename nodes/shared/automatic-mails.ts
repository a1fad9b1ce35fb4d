import type { Node, NodeAPI } from 'node-red';
import { briefly, isKnown, kindOf, toldEvents, type SourceKind } from '../../lib/core/events/kinds';
import type { EventSource } from '../../lib/core/events/source';
import type { EventMessage } from '../../lib/core/messages';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { nextStatusAt, type StatusPlan } from '../../lib/protocols/mail/status-plan';
import { statusReport } from '../../lib/protocols/mail/status-report';
import { settingTick } from '../../lib/protocols/shared/setting-number';
import { EdgeRelay } from './edge-relay';
import { hub, systemClock, type SiteRuntime } from './hub';
import { Outbox } from './outbox';
import { siteWords, wordsOf } from './site-words';
import { eventText } from './texts';

/** Which sources a node is about that is wired to none: a UPS and what belongs to it, those of a site, or all. */
export interface SourceChoice {
    ups?: string;
    site?: string;
    /** Sensors, contacts, AUX ports, markers and thresholds too. */
    otherSources: boolean;
    schedules: boolean;
}

/** The same as a dialog holds it. */
export interface SourceChoiceConfig {
    ups?: string;
    site?: string;
    /** Default: yes. */
    otherSources?: boolean | string;
    /** Default: no. */
    schedules?: boolean | string;
}

/** @throws UpsError config-invalid */
export function sourceChoice({ ups, site, otherSources, schedules }: SourceChoiceConfig): SourceChoice {
    return {
        ups,
        site,
        otherSources: settingTick('otherSources', otherSources, true),
        schedules: settingTick('schedules', schedules, false),
    };
}

export function sourcesOf(choice: SourceChoice): { source: EventSource; kind: SourceKind }[] {
    const { ups, site } = choice;
    const wanted = ups ? hub.source(ups)?.name : undefined;
    return hub.allSources().flatMap((source) => {
        const kind = kindOf(source);
        if (!kind || !covers(choice, kind)) return [];
        const chosen = ups
            ? source.id === ups || (wanted !== undefined && source.upsName === wanted)
            : !site || siteOf(source.id)?.id === site;
        return chosen ? [{ source, kind }] : [];
    });
}

function covers({ otherSources, schedules }: SourceChoice, kind: SourceKind): boolean {
    if (kind === 'schedule') return schedules;
    return kind === 'ups' || otherSources;
}

function unitsOf(choice: SourceChoice): UpsUnit[] {
    return sourcesOf(choice).flatMap(({ source }) => (source instanceof UpsUnit ? [source] : []));
}

/**
 * Brings a job the events of its sources without a wire, on the same durable way as ups-event: each edge is noted, then handed to the
 * job's own input, and again after a kill.
 */
export class AutomaticEvents {
    private readonly relays = new Map<string, { source: EventSource; relay: EdgeRelay }>();
    private unsubscribe: (() => void) | undefined;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly choice: SourceChoice,
        /** Of UPSs; empty: all. */
        private readonly events: ReadonlySet<string>,
    ) {}

    start(): void {
        // A deploy may replace a unit, or bring a new one, while this node goes on.
        this.unsubscribe = hub.onSource(() => this.follow());
        this.follow();
    }

    destroy(): void {
        this.unsubscribe?.();
        for (const { relay } of this.relays.values()) relay.destroy();
        this.relays.clear();
    }

    private follow(): void {
        for (const { source, kind } of sourcesOf(this.choice)) {
            const known = this.relays.get(source.id);
            if (known?.source === source) continue;
            known?.relay.destroy();
            const relay = new EdgeRelay(
                ownInput(this.node, `events/${source.id}`),
                source,
                hub.journalOf(undefined, siteOf(source.id)?.id ?? this.choice.site),
                kind === 'ups' ? this.events : toldEvents(kind),
                (id, active) => this.sentence(source, kind, id, active),
                () => undefined,
            );
            this.relays.set(source.id, { source, relay });
            relay.start();
        }
    }

    /** For an edge that happened while this node was not there. */
    private sentence({ id: sourceId, name }: EventSource, kind: SourceKind, id: string, active: boolean): string {
        const words = wordsOf(this.RED, siteOf(sourceId) ?? hub.siteOf(undefined, this.choice.site));
        if (kind === 'ups') return eventText(words, id, active);
        const whole = kind === 'threshold' || kind === 'schedule';
        return `${name}: ${eventText(words, whole ? kind : `${kind}-${id}`, active)}`;
    }
}

/** The event that stands for a status mail; its text is in `report`. */
export const STATUS_EVENT = 'status-mail';

export type StatusMessage = EventMessage & { report: string };

const LOOK_EVERY_MS = 30_000;
/** So long a mail that is due at the start waits for the first readings, looking as often as this. */
const READINGS_WITHIN_MS = 60_000;
const READINGS_LOOK_MS = 1000;

/** Hands a job the status of its sources when it is due. What was due while nothing ran comes once, when they have been read. */
export class StatusMails {
    private readonly outbox: Outbox;
    private timer: ReturnType<typeof systemClock.setTimeout>;
    private startedAt = 0;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly choice: SourceChoice,
        private readonly plan: StatusPlan,
        /** As the job's edge, so that its filter lets the message through. */
        private readonly active: boolean,
    ) {
        this.outbox = new Outbox(ownInput(node, 'status'), () => hub.journalOf(undefined, choice.site));
    }

    start(): void {
        this.startedAt = systemClock.monotonic();
        this.outbox.resume();
        this.look();
    }

    destroy(): void {
        systemClock.clearTimeout(this.timer);
        this.outbox.destroy();
    }

    /** Looks again every so often: the wall clock that decides may jump. */
    private look(): void {
        const now = systemClock.now();
        const journal = hub.journalOf(undefined, this.choice.site);
        const kept = journal.getValue(this.node.id, STATUS_EVENT);
        // Begins with its first start; a clock that was set back must not put mails off until it has caught up.
        const last = typeof kept === 'number' && kept <= now ? kept : now;
        if (last !== kept) journal.setValue(this.node.id, STATUS_EVENT, last);
        const due = nextStatusAt(this.plan, last);
        if (due === undefined) return;
        if (due <= now && this.unread()) {
            this.timer = systemClock.setTimeout(() => this.look(), READINGS_LOOK_MS);
            return;
        }
        if (due <= now) {
            const message = this.message(now, due);
            this.outbox.send(message, () => journal.setValue(this.node.id, STATUS_EVENT, now));
        }
        const wait = due <= now ? LOOK_EVERY_MS : Math.min(due - now, LOOK_EVERY_MS);
        this.timer = systemClock.setTimeout(() => this.look(), wait);
    }

    /** There are sources that may just not have been read yet. */
    private unread(): boolean {
        if (systemClock.monotonic() - this.startedAt >= READINGS_WITHIN_MS) return false;
        return sourcesOf(this.choice).some(({ source }) =>
            source instanceof UpsUnit ? !source.status() && !source.isSilent : !isKnown(source),
        );
    }

    private message(now: number, due: number): StatusMessage {
        const sources = sourcesOf(this.choice);
        const others = sources
            .filter(({ kind }) => kind !== 'ups')
            .map(({ source }) => ({ name: source.name, says: briefly(source), active: source.activeEvents() }));
        const units = unitsOf(this.choice).map((unit) => ({
            name: unit.name,
            status: unit.status(),
            ageSeconds: unit.ageSeconds,
            silent: unit.isSilent,
            active: unit.activeEvents(),
        }));
        const words = siteWords(this.RED, this.choice.site);
        const { subject, text } = statusReport(units, others, now, (part) => words.text(part));
        const source = hub.siteOf(undefined, this.choice.site)?.name ?? '';
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

/** For what sends to wires: sends to the node's own input instead, with a place of its own in the journal. */
function ownInput(node: Node, part: string): Pick<Node, 'id' | 'send'> {
    return { id: `${node.id}/${part}`, send: (message) => node.receive(message as never) };
}

function siteOf(unitId: string): SiteRuntime | undefined {
    return hub.siteOf({ event: { sourceId: unitId } } as EventMessage);
}
