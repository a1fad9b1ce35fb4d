/** A marker as a part of the graph of all markers. */
export interface MarkerPart {
    /** Topic of its own event. */
    topic: string;
    inverted: boolean;
    inputs: readonly string[];
}

/**
 * The path by which a marker contradicts itself: it leads over an odd number of inversions back to its start. Such a loop never settles,
 * because each round is a new event. A loop without inversions is a memory (once on, it stays on), which is allowed.
 * @returns the topics from one of the marker's inputs back to its own topic; undefined if there is no such path
 */
export function contradiction(marker: MarkerPart, all: readonly MarkerPart[]): string[] | undefined {
    const parts = new Map(all.map((part) => [part.topic, part]));
    const seen = new Set<string>();
    // The search runs against the wires: from the inputs of a marker to the markers that produce them.
    const waiting = marker.inputs.map((topic) => ({ way: [topic], odd: marker.inverted }));
    for (let step = waiting.pop(); step; step = waiting.pop()) {
        const { way, odd } = step;
        const topic = way.at(-1)!;
        if (topic === marker.topic) {
            if (odd) return way;
            // A second round can only be odd because of another loop. That loop is found from its own members.
            continue;
        }
        const part = parts.get(topic);
        const key = `${odd} ${topic}`;
        if (!part || seen.has(key)) continue;
        seen.add(key);
        for (const input of part.inputs) waiting.push({ way: [...way, input], odd: odd !== part.inverted });
    }
    return undefined;
}
