import { isAlike } from '../frames/alike';
import type { DeviceMap, FrameShape } from './device-map';

/**
 * Requests of a map whose answers look alike: after a time-out nobody can tell to which of them a late answer belongs.
 * @returns the names of the first two, as they stand in the map; undefined: all can be told apart
 */
export function alikeAnswers({ frames = [], items, commands = [] }: DeviceMap): [string, string] | undefined {
    const shapes: [string, FrameShape][] = [
        ...frames.map((frame): [string, FrameShape] => [frame.id, frame]),
        ...items.flatMap(({ id, set }): [string, FrameShape][] => (set ? [[id, set.answer]] : [])),
        ...commands.flatMap(({ does, send = [] }) => send.map(({ answer }): [string, FrameShape] => [does, answer])),
    ];
    // What is written is judged by its own answer and by what is read after it: only values can be wrong.
    for (const [index, [one, shape]] of shapes.slice(0, frames.length).entries())
        for (const [other, another] of shapes.slice(index + 1)) if (isAlike(shape, another)) return [one, other];
    return undefined;
}
