import type { NodeAPI } from 'node-red';
import { isFinalFor } from '../../lib/core/commands/countdown-reading';
import { keepTrying } from '../../lib/core/commands/keep-trying';
import type { CommandResult } from '../../lib/core/driver';
import type { UpsError } from '../../lib/core/errors';
import { asUpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import { readSettings, type SettingsOf } from '../../lib/core/settings';
import { fileSettings } from '../../lib/core/unit/file-settings';
import { settingsRequest, type SettingsRequest } from '../../lib/core/unit/settings-request';
import { StagedSettings } from '../../lib/core/unit/staged-settings';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { showSettings, writeSettings, type SettingOutcome } from '../../lib/core/unit/write-settings';
import type { IniMapping } from '../../lib/protocols/ini/ini-settings';
import { unitOf } from '../shared/config/unit-of';
import { iniFiles } from '../shared/device/protocols';
import { flowOf } from '../shared/runtime/flow-of';
import { checkSettings } from '../shared/settings/check-settings';
import { registerDeclared } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { wordsOf } from '../shared/words/site-words';
import { asSentence, detailInWords, errorText, statusText } from '../shared/words/texts';
import { settings } from './ups-settings.settings';

/** Time limit, ms: the sender of the message waits for the outcome. Writing a setting twice does no harm. */
const PATIENCE_MS = 20_000;

/** What goes out beside the topic, and the first failure. */
interface Answer {
    payload: object;
    /** Properties of the message beside its payload. */
    more?: object;
    failed?: UpsError;
    dryRun?: boolean;
}

interface Work {
    unit: UpsUnit;
    words: Words;
    isDryRun: boolean;
    send(order: () => Promise<CommandResult>): Promise<CommandResult>;
}

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        const indicator = new StatusIndicator(node);
        const own = () => readSettings(settings, config);
        const staged = new StagedSettings();
        checkSettings(RED, node, () => unitOf(RED, own().ups));
        const closing = new AbortController();
        node.on('close', () => closing.abort());

        const work = (): Work => {
            const { unit, site } = unitOf(RED, own().ups);
            if (!unit.status()) throw unit.absence;
            const { clock, registry } = flowOf(RED);
            const trying = { clock, signal: closing.signal, patienceMs: PATIENCE_MS };
            const final = (error: UpsError) => isFinalFor(unit, error);
            return {
                unit,
                words: wordsOf(RED, site),
                isDryRun: site ? site.dryRun : registry.isDryRun(undefined),
                send: async (order) => (await keepTrying(order, { ...trying, final })).value,
            };
        };
        const run = async (request: SettingsRequest, { unit, words, isDryRun, send }: Work): Promise<Answer> => {
            const mapping = () => mappingOf(own());
            switch (request.do) {
                case 'read':
                    return { payload: withStaged(unit, staged) };
                case 'set':
                    if (isDryRun) return rehearsed(unit, request.values);
                    return told(words, await writeSettings(unit, request.values, { send, confirm: request.confirm }));
                case 'write': {
                    if (isDryRun) return rehearsed(unit, staged.take());
                    const { confirm } = request;
                    const how = { send, confirm, onlyChanges: true };
                    return told(words, await staged.write((values) => writeSettings(unit, values, how)));
                }
                case 'defaults':
                    fileSettings(unit, request.do);
                    staged.stageDefaults(unit);
                    return { payload: staged.show(unit) };
                case 'discard':
                    staged.clear();
                    return { payload: withStaged(unit, staged) };
                case 'import': {
                    // What waited before must not be taken for what a refused file holds.
                    staged.clear();
                    const shown = fileSettings(unit, request.do);
                    const { values, warnings, suggested } = iniFiles().importFile(request.file, mapping(), shown);
                    staged.stage(values);
                    const more = { warnings: warnings.map((each) => words.sentence(each)), suggested };
                    return { payload: staged.show(unit), more };
                }
                case 'export': {
                    const bytes = iniFiles().exportFile(request.base, mapping(), fileSettings(unit, request.do));
                    return { payload: Buffer.from(bytes), more: { filename: `${unit.name}.ini` } };
                }
                case 'latch-reset': {
                    if (isDryRun) return { payload: { ok: true, confirmed: false, dryRun: true }, dryRun: true };
                    const order = { type: request.do } as const;
                    const { confirmed, detail } = await unit.execute(order);
                    return { payload: detailInWords(words, { ok: true, confirmed, detail }) as object };
                }
            }
        };
        node.on('input', (message, send, done) => {
            indicator.show('busy', statusText(RED, 'running'));
            Promise.resolve()
                .then(async () => {
                    const request = settingsRequest(message as { payload?: unknown; confirm?: unknown });
                    const todo = work();
                    const { payload, more, failed, dryRun = false } = await run(request, todo);
                    if (failed) indicator.show('error', statusText(RED, 'failed'));
                    else indicator.show(dryRun ? 'warning' : 'ok', statusText(RED, dryRun ? 'dryRun' : 'done'));
                    send({ ...message, topic: `${todo.unit.name}/settings`, payload, ...more } as never);
                    return failed;
                })
                .catch((error: unknown) => {
                    indicator.show('error', statusText(RED, 'failed'));
                    return asUpsError(error, 'command-failed');
                })
                .then((failed) => done(failed === undefined ? undefined : asSentence(errorText(RED, failed))))
                .catch((error: Error) => node.warn(error.message));
        });
    });
};

/** All settings; those with a value that waits tell it. */
function withStaged(unit: UpsUnit, staged: StagedSettings): object {
    return { ...showSettings(unit), ...staged.show(unit) };
}

/** What would be written, in a dry run. */
function rehearsed(unit: UpsUnit, wanted: Readonly<Record<string, unknown>>): Answer {
    const before = unit.status()?.settings ?? {};
    const plan = Object.entries(wanted).map(([name, value]) => [
        name,
        { ok: true, confirmed: false, dryRun: true, before: before[name], wanted: value },
    ]);
    return { payload: Object.fromEntries(plan) as object, dryRun: true };
}

function told(words: Words, outcomes: Readonly<Record<string, SettingOutcome>>): Answer {
    const inWords = Object.entries(outcomes).map(([name, { error, ...outcome }]) => [
        name,
        { ...outcome, ...(error ? { error: errorText(words, error) } : {}) },
    ]);
    const failed = Object.values(outcomes).find(({ error }) => error)?.error;
    return { payload: detailInWords(words, Object.fromEntries(inWords)) as object, failed };
}

/** The table of the dialog; `1=on, 0=off` as an object. */
function mappingOf({ keys }: SettingsOf<typeof settings>): IniMapping[] {
    return keys.map(({ setting, section, key, values }) => {
        const pairs = values.split(',').flatMap((pair) => {
            const [raw = '', meaning = ''] = pair.split('=');
            return meaning.trim() === '' ? [] : [[raw.trim(), meaning.trim()] as const];
        });
        return { setting, section, key, ...(pairs.length > 0 ? { values: Object.fromEntries(pairs) } : {}) };
    });
}
