import type { Clock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { Flow } from '../../lib/flow/flow';
import type { FlowTexts } from '../../lib/flow/ports';
import { wordsIn } from '../../nodes/shared/words/site-words';
import { FakeClock } from './fake-clock';

/** Says keys and codes, so that a test reads what was meant. */
export const codes: FlowTexts = {
    words: wordsIn('en-US'),
    of: () => codes,
    status: (key) => key,
    event: (eventId, active) => `${eventId} ${active ? 'on' : 'off'}`,
    error: (error) => (error instanceof UpsError ? error.code : String((error as Error).message)),
    detail: (value) => value,
};

/** An engine as a process has it when it starts. */
export function fakeFlow(clock: Clock = new FakeClock()): Flow {
    return new Flow({ clock, texts: codes });
}
