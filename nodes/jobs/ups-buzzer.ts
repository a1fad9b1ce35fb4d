import type { Node, NodeAPI, NodeDef } from 'node-red';
import { BUZZER_EVENT, BuzzerSource } from '../../lib/core/buzzer/buzzer-source';
import { buzzerPattern } from '../../lib/core/buzzer/pattern';
import { UpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import type { EventMessage } from '../../lib/core/messages';
import { asSwitch } from '../../lib/core/words';
import { RelayVoice } from '../../lib/protocols/aux/relay-voice';
import { argumentsOf } from '../../lib/protocols/buzzer/player';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { BuzzerVoices, computerSound } from '../shared/job/buzzer-voices';
import { readEventMessage } from '../../lib/flow/messages/coerce';
import { auxModuleNode } from '../shared/config/aux-of';
import { whenDecided } from '../../lib/flow/delivery/decided';
import { onInput } from '../shared/source/event-input';
import { flowOf, siteWords } from '../shared/runtime/flow-of';
import { registerTest } from '../shared/job/job-test';
import { testedBy, testLogs, type TestOutcome } from '../../lib/flow/jobs/trial';
import type { Look } from '../shared/words/node-status';
import { moduleUsersOf } from '../shared/config/module-users';
import { numberOr } from '../shared/settings/numbers';
import { attachSource, homeOf, type SourceHome } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { errorText, eventName, eventText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';

interface UpsBuzzerConfig extends NodeDef {
    pattern: string;
    /** For `own`: ms on, off, on, … */
    rhythm: string;
    /** s; 0: until the event ends. */
    limit: string | number;
    /** Id of an `ups-aux-module`, and one of its outputs. */
    module: string;
    port: string;
    computer: 'none' | 'bell' | 'player';
    command: string;
    /** One to a line. */
    args: string;
    /** The UPS whose own alarm is to sound. */
    ups: string;
    upsEnd: 'mute' | 'off';
    site: string;
}

const TEST_MS = 3000;

export = (RED: NodeAPI) => {
    function UpsBuzzer(this: Node, config: UpsBuzzerConfig) {
        RED.nodes.createNode(this, config);
        let voices: BuzzerVoices | undefined;
        const letGo = config.module ? moduleUsersOf(RED).use(config.module) : undefined;
        const attached = attachSource(RED, this, () => {
            const home = homeOf(RED, config.site);
            const words = wordsOf(RED, home.site);
            const name = config.name || eventName(words, BUZZER_EVENT);
            const made = makeVoices(RED, this, config, name);
            voices = made;
            const source = makeSource(RED, this, config, home, name, made);
            return {
                source,
                home,
                sentence: (id, active) => `${name}: ${eventText(words, id, active)}`,
                look: () => lookOf(RED, source),
            };
        });
        onInput(RED, this, (incoming) => {
            const { topic, payload } = incoming;
            const source = attached?.source;
            if (topic === 'unmute' || (topic === 'mute' && saysUnmute(payload))) source?.unmute();
            else if (topic === 'mute') source?.mute(payload === 'all' ? 'all' : 'episode');
            else source?.take(readEventMessage(incoming, flowOf(RED).clock.now()));
            attached?.show();
        });
        registerTest(RED, this, {
            preview: () => ({
                dryRun: flowOf(RED).registry.isDryRun(undefined, config.site),
                text: testText(siteWords(RED, config.site)),
            }),
            run: async (by) => {
                const outcome = await test(RED, config, voices, attached?.source);
                logTest(RED, this, config, by, outcome);
                return outcome;
            },
        });
        this.on('close', (done: () => void) => {
            Promise.resolve(voices?.close())
                .catch((error: Error) => this.warn(error.message))
                .finally(() => {
                    letGo?.();
                    done();
                });
        });
    }
    RED.nodes.registerType('ups-buzzer', UpsBuzzer as never);
};

/** Nothing at all (null, '') is no contrary of a mute button. */
function saysUnmute(payload: unknown): boolean {
    return payload !== null && payload !== '' && asSwitch(payload) === false;
}

/** @throws UpsError config-missing, config-invalid */
function makeVoices(RED: NodeAPI, node: Node, config: UpsBuzzerConfig, name: string): BuzzerVoices {
    const warn = (error: unknown) => node.warn(errorText(RED, error));
    const pattern = buzzerPattern(config.pattern || 'double', config.rhythm);
    const upsEnd = settingChoice('upsEnd', config.upsEnd, ['mute', 'off'], 'mute') as UpsBuzzerConfig['upsEnd'];
    const computer = settingChoice('computer', config.computer, ['none', 'bell', 'player'], 'none');
    if (config.ups) unitOf(RED, config.ups);
    return new BuzzerVoices({
        clock: flowOf(RED).clock,
        pattern,
        // Without an episode: each beat counts, where the same delivery would count once.
        beat: (on) => node.send([null, { topic: `${name}/beat`, payload: on }]),
        relay: config.module ? relayVoice(RED, config, warn) : undefined,
        computer: computerSound(
            computer as UpsBuzzerConfig['computer'],
            config.command ?? '',
            argumentsOf(config.args),
            flowOf(RED).clock,
            warn,
        ),
        ups: config.ups ? async (state) => unitOf(RED, config.ups).unit.execute({ type: 'buzzer', state }) : undefined,
        upsEnd,
        onError: warn,
    });
}

/** @throws UpsError config-missing, config-invalid */
function relayVoice(RED: NodeAPI, { module: id, port }: UpsBuzzerConfig, warn: (error: unknown) => void): RelayVoice {
    // Asked for each time: a deploy may replace the module alone.
    const moduleOf = () => auxModuleNode(RED, id).module;
    if (!port) throw new UpsError('config-missing', { property: 'port' });
    moduleOf().assertOutput(port);
    return new RelayVoice(flowOf(RED).clock, async (on) => moduleOf().switch(port, on), warn);
}

/** @throws UpsError config-invalid */
function makeSource(
    RED: NodeAPI,
    node: Node,
    config: UpsBuzzerConfig,
    home: SourceHome,
    name: string,
    voices: BuzzerVoices,
): BuzzerSource {
    /** Whether this process has made it sound; undefined before it had to. */
    let begun: boolean | undefined;
    const source: BuzzerSource = new BuzzerSource({
        ...home,
        id: node.id,
        name,
        clock: flowOf(RED).clock,
        limitMs: 1000 * numberOr('limit', config.limit, 300, 0, 86_400),
        text: (active, cause) =>
            [`${name}: ${eventText(wordsOf(RED, home.site), BUZZER_EVENT, active)}`, cause].filter(Boolean).join(': '),
        sound: (on, cause) => {
            const site = flowOf(RED).registry.siteOf(cause, config.site);
            const dry = flowOf(RED).registry.isDryRun(cause, config.site);
            // A dry run that came in between must not keep it sounding; and what was only said is not switched off.
            if (!on) return (begun ?? !dry) ? voices.stop(source.state === 'muted') : undefined;
            begun = !dry;
            if (dry) dryRun(RED, node, name, site, cause);
            else voices.start();
        },
        decide: (message, decided) => whenDecided(flowOf(RED), message, decided),
    });
    return source;
}

function dryRun(
    RED: NodeAPI,
    node: Node,
    name: string,
    site: SourceHome['site'],
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

function logTest(RED: NodeAPI, node: Node, config: UpsBuzzerConfig, by: string | undefined, outcome: TestOutcome) {
    const { ok, dryRun, text = '' } = outcome;
    const site = flowOf(RED).registry.siteOf(undefined, config.site);
    const texts = flowOf(RED).texts.of(site);
    const parts = [testedBy(texts, by), dryRun ? texts.status('dryRunLog') : '', text];
    for (const log of testLogs(flowOf(RED), site)) {
        log.append({
            at: flowOf(RED).clock.now(),
            kind: 'job',
            level: ok ? 'info' : 'error',
            source: config.name || eventName(texts.words, BUZZER_EVENT),
            text: parts.filter(Boolean).join(': '),
            nodeId: node.id,
            dryRun,
            detail: { test: true },
        });
    }
}

/** Sounds for three seconds, without an event of its own. */
async function test(
    RED: NodeAPI,
    config: UpsBuzzerConfig,
    voices: BuzzerVoices | undefined,
    source: BuzzerSource | undefined,
): Promise<TestOutcome> {
    const words = siteWords(RED, config.site);
    const text = testText(words);
    if (!voices || !source) return { ok: false, dryRun: false, text: statusText(words, 'notConfigured') };
    if (flowOf(RED).registry.isDryRun(undefined, config.site)) return { ok: true, dryRun: true, text };
    const sounding = () => source.state === 'sounding';
    if (sounding()) return { ok: true, dryRun: false, text: statusText(words, 'buzzerSounds') };
    voices.start();
    await new Promise<void>((resolve) => flowOf(RED).clock.setTimeout(resolve, TEST_MS));
    if (!sounding()) voices.stop(false);
    return { ok: true, dryRun: false, text };
}

function lookOf(RED: NodeAPI, { state }: BuzzerSource): [Look, string] {
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
