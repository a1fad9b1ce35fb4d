import type { Node, NodeAPI } from 'node-red';
import { BUZZER_EVENT, BuzzerSource } from '../../lib/core/buzzer/buzzer-source';
import { buzzerPattern } from '../../lib/core/buzzer/pattern';
import type { Words } from '../../lib/core/language/words';
import type { EventMessage } from '../../lib/core/messages';
import { readLeniently, readSettings, type SettingsOf } from '../../lib/core/settings';
import { asSwitch } from '../../lib/core/plain-values';
import { RelayBuzzer } from '../../lib/protocols/aux/relay-buzzer';
import { argumentsOf } from '../../lib/protocols/buzzer/player';
import { BuzzerOutputs, computerSound } from '../shared/job/buzzer-outputs';
import { readEventMessage } from '../../lib/flow/messages/coerce';
import { auxModuleNode } from '../shared/config/aux-of';
import { whenConfirmed } from '../../lib/flow/delivery/event-confirmation';
import { registerDeclared } from '../shared/settings/define-node';
import { onInput } from '../shared/source/event-input';
import { flowOf, siteWords } from '../shared/runtime/flow-of';
import { registerTest } from '../shared/job/job-test';
import { testLogPrefix, testLogs, type TestOutcome } from '../../lib/flow/jobs/job-test-run';
import type { NodeState } from '../../lib/flow/ports';
import { moduleUsersOf } from '../shared/config/module-users';
import { attachSource, contextOf, type SourceContext } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { errorText, eventName, eventText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { settings } from './ups-buzzer.settings';

type Own = SettingsOf<typeof settings>;

const TEST_MS = 3000;

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        // These settings are needed even if others are invalid.
        const { site: siteId, module } = readLeniently(settings, config);
        let outputs: BuzzerOutputs | undefined;
        const letGo = module ? moduleUsersOf(RED).use(module) : undefined;
        const attached = attachSource(RED, node, () => {
            const own = readSettings(settings, config);
            const context = contextOf(RED, own.site);
            const words = wordsOf(RED, context.site);
            const name = own.name || eventName(words, BUZZER_EVENT);
            const made = makeOutputs(RED, node, own, name);
            outputs = made;
            const source = makeSource(RED, node, own, context, name, made);
            return {
                source,
                context,
                sentence: (id, active) => `${name}: ${eventText(words, id, active)}`,
                nodeStatus: () => nodeStatusOf(RED, source),
            };
        });
        onInput(RED, node, (incoming) => {
            const { topic, payload } = incoming;
            const source = attached?.source;
            if (topic === 'unmute' || (topic === 'mute' && isUnmute(payload))) source?.unmute();
            else if (topic === 'mute') source?.mute(payload === 'all' ? 'all' : 'episode');
            else source?.take(readEventMessage(incoming, flowOf(RED).clock.now()));
            attached?.show();
        });
        registerTest(RED, node, {
            preview: () => ({
                dryRun: flowOf(RED).registry.isDryRun(undefined, siteId),
                text: testText(siteWords(RED, siteId)),
            }),
            run: async (by) => {
                const outcome = await test(RED, siteId, outputs, attached?.source);
                logTest(RED, node, siteId, by, outcome);
                return outcome;
            },
        });
        node.on('close', (done: () => void) => {
            Promise.resolve(outputs?.close())
                .catch((error: Error) => node.warn(error.message))
                .finally(() => {
                    letGo?.();
                    done();
                });
        });
    });
};

/** An empty payload (null, '') does not unmute: a button may send it. */
function isUnmute(payload: unknown): boolean {
    return payload !== null && payload !== '' && asSwitch(payload) === false;
}

/** @throws UpsError config-missing, config-invalid, module-faulty */
function makeOutputs(RED: NodeAPI, node: Node, own: Own, name: string): BuzzerOutputs {
    const { clock } = flowOf(RED);
    const warn = (error: unknown) => node.warn(errorText(RED, error));
    const { ups, upsEnd, computer, command, args } = own;
    if (ups) unitOf(RED, ups);
    return new BuzzerOutputs({
        clock,
        pattern: buzzerPattern(own.pattern, own.rhythm),
        // Without an episode each beat counts; equal deliveries would count once.
        beat: (on) => node.send([null, { topic: `${name}/beat`, payload: on }]),
        relay: own.module ? makeRelayBuzzer(RED, own, warn) : undefined,
        computer: computerSound(computer, command, argumentsOf(args), clock, warn),
        ups: ups ? async (state) => unitOf(RED, ups).unit.execute({ type: 'buzzer', state }) : undefined,
        upsEnd,
        onError: warn,
    });
}

/** @throws UpsError config-invalid, module-faulty */
function makeRelayBuzzer(RED: NodeAPI, { module: id, port }: Own, warn: (error: unknown) => void): RelayBuzzer {
    // Looked up each time: a deploy may replace the module alone.
    const moduleOf = () => auxModuleNode(RED, id).module;
    moduleOf().assertOutput(port);
    return new RelayBuzzer(flowOf(RED).clock, async (on) => moduleOf().switch(port, on), warn);
}

function makeSource(
    RED: NodeAPI,
    node: Node,
    own: Own,
    context: SourceContext,
    name: string,
    outputs: BuzzerOutputs,
): BuzzerSource {
    /** Whether this process has really switched the sound on; undefined before the first time. */
    let begun: boolean | undefined;
    const source: BuzzerSource = new BuzzerSource({
        ...context,
        id: node.id,
        name,
        clock: flowOf(RED).clock,
        limitMs: 1000 * own.limit,
        text: (active, cause) =>
            [`${name}: ${eventText(wordsOf(RED, context.site), BUZZER_EVENT, active)}`, cause]
                .filter(Boolean)
                .join(': '),
        sound: (on, cause) => {
            const site = flowOf(RED).registry.siteOf(cause, own.site);
            const dry = flowOf(RED).registry.isDryRun(cause, own.site);
            // A dry run that was switched on meanwhile must not keep it sounding. A sound that was only a dry run is not switched off.
            if (!on) return (begun ?? !dry) ? outputs.stop(source.state === 'muted') : undefined;
            begun = !dry;
            if (dry) dryRun(RED, node, name, site, cause);
            else outputs.start();
        },
        decide: (message, decided) => whenConfirmed(flowOf(RED), message, decided),
    });
    return source;
}

function dryRun(
    RED: NodeAPI,
    node: Node,
    name: string,
    site: SourceContext['site'],
    cause: EventMessage | undefined,
): void {
    const words = wordsOf(RED, site);
    site?.store.append({
        at: flowOf(RED).clock.now(),
        kind: 'job',
        level: 'info',
        source: name,
        text: `${statusText(words, 'dryRunLog')}: ${eventText(words, BUZZER_EVENT, true)}`,
        eventId: cause?.event.id,
        episode: cause?.event.episode || undefined,
        nodeId: node.id,
        dryRun: true,
    });
}

const testText = (words: Words) =>
    `${eventText(words, BUZZER_EVENT, true)} (${words.text({ seconds: TEST_MS / 1000 })})`;

function logTest(RED: NodeAPI, node: Node, siteId: string, by: string | undefined, outcome: TestOutcome) {
    const { ok, dryRun, text = '' } = outcome;
    const site = flowOf(RED).registry.siteOf(undefined, siteId);
    const texts = flowOf(RED).texts.of(site);
    const parts = [testLogPrefix(texts, by), dryRun ? texts.status('dryRunLog') : '', text];
    for (const log of testLogs(flowOf(RED), site)) {
        log.append({
            at: flowOf(RED).clock.now(),
            kind: 'job',
            level: ok ? 'info' : 'error',
            source: node.name || eventName(texts.words, BUZZER_EVENT),
            text: parts.filter(Boolean).join(': '),
            nodeId: node.id,
            dryRun,
            detail: { test: true },
        });
    }
}

/** Sounds for three seconds, without an event. */
async function test(
    RED: NodeAPI,
    siteId: string,
    outputs: BuzzerOutputs | undefined,
    source: BuzzerSource | undefined,
): Promise<TestOutcome> {
    const words = siteWords(RED, siteId);
    const text = testText(words);
    if (!outputs || !source) return { ok: false, dryRun: false, text: statusText(words, 'notConfigured') };
    if (flowOf(RED).registry.isDryRun(undefined, siteId)) return { ok: true, dryRun: true, text };
    const sounding = () => source.state === 'sounding';
    if (sounding()) return { ok: true, dryRun: false, text: statusText(words, 'buzzerSounds') };
    outputs.start();
    await new Promise<void>((resolve) => flowOf(RED).clock.setTimeout(resolve, TEST_MS));
    if (!sounding()) outputs.stop(false);
    return { ok: true, dryRun: false, text };
}

function nodeStatusOf(RED: NodeAPI, { state }: BuzzerSource): [NodeState, string] {
    switch (state) {
        case 'sounding':
            return ['error', statusText(RED, 'buzzerSounds')];
        case 'muted':
            return ['warning', statusText(RED, 'buzzerMuted')];
        case 'over':
            return ['warning', statusText(RED, 'buzzerOver')];
        default:
            return ['ok', statusText(RED, 'buzzerSilent')];
    }
}
