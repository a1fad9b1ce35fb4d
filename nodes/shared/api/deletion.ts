import { ApiError, type ApiCall } from './api-route';
import { choice, moment, text } from './query';

/**
 * What the query of a DELETE says: the site, and until when. All is deleted only if the query says so, and never because
 * something is missing, empty, misspelt, or there twice.
 * @param more names of further parameters of the route
 */
export function deletionOf(call: ApiCall, more: readonly string[] = []): { site: string; before: number | undefined } {
    const known = ['site', 'before', 'all', ...more];
    for (const parameter of call.query.keys()) {
        const values = call.query.getAll(parameter);
        if (known.includes(parameter) && values.length === 1 && values[0] !== '') continue;
        throw new ApiError(400, 'bad-parameter', {
            parameter,
            value: values.join(', ').slice(0, 100),
            expected: known.map((name) => `${name}=…`).join(', '),
        });
    }
    const site = text(call, 'site');
    if (!site) throw new ApiError(400, 'bad-parameter', { parameter: 'site', expected: 'the id of a site' });
    const before = moment(call, 'before');
    const all = choice(call, 'all', ['true'] as const) === 'true';
    if ((before === undefined) === !all) {
        throw new ApiError(400, 'bad-parameter', {
            parameter: 'before',
            expected: 'epoch ms or ISO 8601, or all=true',
        });
    }
    return { site, before };
}
