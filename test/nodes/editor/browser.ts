import type { EditorRed } from '../../../nodes/editor/red';
import { provide } from '../../../nodes/editor/form/declarations';
import { catalogue, leaves } from './contract';
import { declarations, dialogs } from './declared';

// The bundle brings all of them.
provide(declarations, dialogs);

type Globals = Record<string, unknown>;

/** A text of Node-RED's catalogue with its placeholders filled. */
export const translator =
    (texts: Map<string, string>) =>
    (key: string, data: Record<string, unknown> = {}) =>
        (texts.get(key.replace(/^.*:/, '')) ?? key).replace(/__(\w+?)__/g, (_, name: string) =>
            String(data[name] ?? ''),
        );

/** The texts of the plugin and of the types that it borrows from, in English. */
export const inEnglish = translator(
    new Map(['ridethrough-editor', 'ups-unit', 'ups-timing'].flatMap((type) => [...leaves(catalogue('en-US', type))])),
);

/** The key of a text in place of it. */
export const asKey = (key: string) => key.replace(/^.*:/, '');

/** Gives the modules of the editor, during the tests of a `describe`, what they find in a page. */
export function inBrowser(RED: { _: EditorRed['_']; nodes?: Partial<EditorRed['nodes']> }): void {
    const globals: Globals = {
        RED: {
            events: { on: () => {} },
            plugins: { registerPlugin: () => {} },
            ...RED,
            nodes: { node: () => undefined, getType: () => undefined, ...RED.nodes },
        },
        localStorage: { getItem: () => 'en-US' },
    };
    const before = new Map<string, PropertyDescriptor | undefined>();
    beforeEach(() => {
        for (const [name, value] of Object.entries(globals)) {
            before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
            Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
        }
    });
    afterEach(() => {
        for (const [name, descriptor] of before) {
            if (descriptor) Object.defineProperty(globalThis, name, descriptor);
            else delete (globalThis as Globals)[name];
        }
    });
}
