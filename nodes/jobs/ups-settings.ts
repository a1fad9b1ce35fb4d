import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import { showSettings, writeSettings, type SettingOutcome } from '../../lib/core/unit/write-settings';
import { readSettings } from '../../lib/core/settings';
import { keepTrying } from '../../lib/core/commands/keep-trying';
import { isFinalFor } from '../../lib/core/commands/countdown-reading';
import { checkSettings } from '../shared/settings/check-settings';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import { StatusIndicator } from '../shared/words/node-status';
import { wordsOf } from '../shared/words/site-words';
import { asSentence, detailInWords, errorText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { settings } from './ups-settings.settings';

/** Time limit, ms: the sender of the message waits for the outcome. Writing a setting twice does no harm. */
const PATIENCE_MS = 20_000;

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        const indicator = new StatusIndicator(node);
        const chosen = () => unitOf(RED, readSettings(settings, config).ups);
        checkSettings(RED, node, chosen);
        const closing = new AbortController();
        node.on('close', () => closing.abort());
        const told = (words: Words, outcomes: Record<string, SettingOutcome>) =>
            Object.fromEntries(
                Object.entries(outcomes).map(([name, { error, ...outcome }]) => [
                    name,
                    { ...outcome, ...(error ? { error: errorText(words, error) } : {}) },
                ]),
            );
        const run = async (payload: unknown) => {
            const { unit, site } = chosen();
            if (!unit.status()) throw unit.absence;
            const topic = `${unit.name}/settings`;
            const words = wordsOf(RED, site);
            if (payload === undefined || payload === null || payload === '' || payload === 'read') {
                return { topic, payload: showSettings(unit), failed: undefined, dryRun: false };
            }
            if (typeof payload !== 'object' || Array.isArray(payload)) {
                const expected = 'read, {name: value}';
                throw new UpsError('config-invalid', { property: 'payload', value: String(payload), expected });
            }
            const wanted = payload as Record<string, unknown>;
            if (site ? site.dryRun : flowOf(RED).registry.isDryRun(undefined)) {
                const before = unit.status()?.settings ?? {};
                const plan = Object.entries(wanted).map(([name, value]) => [
                    name,
                    { ok: true, confirmed: false, dryRun: true, before: before[name], wanted: value },
                ]);
                return { topic, payload: Object.fromEntries(plan) as object, failed: undefined, dryRun: true };
            }
            const deadline = { clock: flowOf(RED).clock, signal: closing.signal, patienceMs: PATIENCE_MS };
            const final = (error: UpsError) => isFinalFor(unit, error);
            const outcomes = await writeSettings(unit, wanted, async (order) => {
                const { value } = await keepTrying(order, { ...deadline, final });
                return value;
            });
            const failed = Object.values(outcomes).find(({ error }) => error)?.error;
            return { topic, payload: detailInWords(words, told(words, outcomes)) as object, failed, dryRun: false };
        };
        node.on('input', (message, send, done) => {
            indicator.show('busy', statusText(RED, 'running'));
            run(message.payload)
                .then(({ topic, payload, failed, dryRun }) => {
                    if (failed) indicator.show('error', statusText(RED, 'failed'));
                    else indicator.show(dryRun ? 'warning' : 'ok', statusText(RED, dryRun ? 'dryRun' : 'done'));
                    send({ ...message, topic, payload } as never);
                    return failed;
                })
                .catch((error: unknown) => {
                    indicator.show('error', statusText(RED, 'failed'));
                    return error;
                })
                .then((failed) => done(failed === undefined ? undefined : asSentence(errorText(RED, failed))))
                .catch((error: Error) => node.warn(error.message));
        });
    });
};
