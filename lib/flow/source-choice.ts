import { kindOf, type SourceKind } from '../core/events/source-kinds';
import type { EventSource } from '../core/events/source';
import type { EventMessage } from '../core/messages';
import type { Flow } from './flow';
import type { Site } from './site';

/** The sources of a node without wires: a UPS and the sources that belong to it, those of a site, or all. */
export interface SourceChoice {
    ups?: string;
    site?: string;
    /** Also sensors, contacts, AUX ports, markers and thresholds. */
    otherSources: boolean;
    schedules: boolean;
}

export function sourcesOf(flow: Flow, choice: SourceChoice): { source: EventSource; kind: SourceKind }[] {
    const { ups, site } = choice;
    const { registry } = flow;
    const wanted = ups ? registry.source(ups)?.name : undefined;
    return registry.sources().flatMap((source) => {
        const kind = kindOf(source);
        if (!kind || !covers(choice, kind)) return [];
        const chosen = ups
            ? source.id === ups || (wanted !== undefined && source.upsName === wanted)
            : !site || siteOfSource(flow, source.id)?.id === site;
        return chosen ? [{ source, kind }] : [];
    });
}

export function siteOfSource({ registry }: Flow, sourceId: string): Site | undefined {
    return registry.siteOf({ event: { sourceId } } as EventMessage);
}

function covers({ otherSources, schedules }: SourceChoice, kind: SourceKind): boolean {
    if (kind === 'schedule') return schedules;
    return kind === 'ups' || otherSources;
}
