import type { EventSource, SourceChange } from '../core/events/source';
import type { Registry } from './registry';

/**
 * Calls `listener` when a source appears (then without a change) and with each of its changes. A source that passes on the events of another
 * one is left out.
 */
export function followEachSource(
    registry: Registry,
    listener: (source: EventSource, change: SourceChange | undefined) => void,
): void {
    const followed = new Map<string, () => void>();
    registry.onSource((id) => {
        followed.get(id)?.();
        followed.delete(id);
        const source = registry.source(id);
        if (!source || source.standsFor !== undefined) return;
        followed.set(
            id,
            source.subscribe((change) => listener(source, change)),
        );
        listener(source, undefined);
    });
    registry.onTakenOver(() => {
        for (const source of registry.sources()) if (followed.has(source.id)) listener(source, undefined);
    });
}
