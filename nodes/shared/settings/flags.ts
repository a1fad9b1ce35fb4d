import { UpsError } from '../../../lib/core/errors';
import { asFlag } from '../../../lib/core/words';
import { said } from '../../../lib/core/language/sentence';

/**
 * The tick box for a dry run. What cannot be read, be it an empty variable or one that does not exist, is told and is a dry run: a
 * rehearsal that shuts everything down is worse than a shutdown that somebody has been told of.
 */
export function isDryRun(value: unknown, problem: (error: UpsError) => void): boolean {
    if (value === undefined || value === null) return false;
    const flag = asFlag(value);
    if (flag === undefined) {
        const shown = value === '' ? 'empty' : String(value as string);
        problem(new UpsError('config-invalid', { property: 'dryRun', value: shown, expected: said('expected.tick') }));
    }
    return flag ?? true;
}
