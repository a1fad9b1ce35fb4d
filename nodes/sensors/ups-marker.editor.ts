import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { topics, type TopicList } from '../editor/topic-list';
import { noteSources, currentTopics, sourceKeysOf } from '../editor/wired-sources';
import { settings } from './ups-marker.settings';

interface Choice {
    list: TopicList;
    /** The key of each proposed topic, from the wires on the canvas. */
    keys: ReturnType<typeof sourceKeysOf>;
    /** The stored keys, by the present name of each topic. */
    noted: Readonly<Record<string, string | undefined>>;
}

/** The state of each open dialog. */
const choices = new WeakMap<Form, Choice>();

export default dialog(settings, {
    boxes: {
        topics(form, selector) {
            const { topics: given, sources: kept } = form.node;
            const before = Array.isArray(given) ? (given as string[]) : [];
            const sources = (kept ?? {}) as Readonly<Record<string, string | undefined>>;
            const keys = sourceKeysOf(form.node);
            const chosen = currentTopics(before, sources, keys);
            const list = topics(selector, chosen, [...keys.keys()]);
            const noted = Object.fromEntries(chosen.map((topic, index) => [topic, sources[before[index] ?? '']]));
            choices.set(form, { list, keys, noted });
            return list;
        },
    },
    save(form) {
        const choice = choices.get(form);
        if (!choice) return;
        choice.list.take();
        const sources = noteSources(choice.list.get(), choice.noted, choice.keys);
        if (JSON.stringify(sources) !== JSON.stringify(form.node.sources)) form.node.sources = sources;
    },
});
