/** A marker as a part of the graph of all markers. */
export interface MarkerPart {
    /** Of its own event. */
    topic: string;
    inverted: boolean;
    inputs: readonly string[];
}

/**
 * The way by which a marker contradicts itself: over an odd number of inversions back to where it began. Such a ring never comes to rest, each
 * round being an event. A ring without inversions is a memory (on once, on for good) and nothing to be said against.
 * @returns the topics from one of the marker's inputs back to its own topic; undefined when there is no such way
 */
export function contradiction(marker: MarkerPart, all: readonly MarkerPart[]): string[] | undefined {
    const parts = new Map(all.map((part) => [part.topic, part]));
    const seen = new Set<string>();
    // Against the wires: from what a marker takes to what makes that.
    const waiting = marker.inputs.map((topic) => ({ way: [topic], odd: marker.inverted }));
    for (let step = waiting.pop(); step; step = waiting.pop()) {
        const { way, odd } = step;
        const topic = way.at(-1)!;
        if (topic === marker.topic) {
            if (odd) return way;
            // Twice around may be odd where once is even only by another ring, which is found from its own members.
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
