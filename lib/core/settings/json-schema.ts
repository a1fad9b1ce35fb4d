import { casesOf, listOf, type AllOf, type Wanted } from './conditions';
import type { Declaration } from './declaration';
import { FLAG_WORDS } from '../plain-values';
import { BLANK_SCHEMA, ENV_SCHEMA, numbersIn, propertySchema, wordSchema, type Field, type JsonSchema } from './field';
import { VERSION_PROPERTY } from './migrations';

const FILLED: JsonSchema = {
    anyOf: [
        // The value of an environment variable is not known yet.
        { type: 'string', pattern: '\\S', not: ENV_SCHEMA },
        { type: 'array', minItems: 1 },
    ],
};

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The properties that Node-RED itself stores with every node. */
const OF_NODE_RED: Readonly<Record<string, JsonSchema>> = {
    id: { type: 'string' },
    z: { type: 'string' },
    g: { type: 'string' },
    d: { type: 'boolean' },
    x: { type: 'number' },
    y: { type: 'number' },
    wires: { type: 'array', items: { type: 'array', items: { type: 'string' } } },
};

/**
 * A JSON Schema (draft 2020-12) of a stored node of the present version, for programs that write flows. A violation of `required` is config-missing at runtime,
 * any other violation is config-invalid. The schema accepts everything that the node accepts, and each kind of setting by the same rule. What
 * it cannot say, the node itself (`validateFlow`) checks: settings against each other, columns under a condition, the form of addresses, the
 * bounds of a number in a text, and what is within JSON text.
 */
export function jsonSchema<S>(declaration: Declaration<S>): JsonSchema {
    const { type, version, nameRequired } = declaration;
    const fields = Object.entries(declaration.fields).filter(([, { options }]) => options.credential === undefined);
    const always = fields.filter(([, { options }]) => options.when === undefined);
    const sometimes = fields.filter(([, { options }]) => options.when !== undefined);
    const conditions = sometimes.map(([property, field]) => ({
        if: conditionSchema(declaration as Declaration, field),
        then: {
            properties: { [property]: propertySchema(field) },
            ...(isRequired([property, field]) ? { required: [property] } : {}),
        },
    }));
    return {
        $schema: DRAFT,
        $id: `ridethrough:${type}`,
        title: type,
        type: 'object',
        properties: {
            ...OF_NODE_RED,
            type: { const: type },
            name: { type: 'string', ...(nameRequired ? { pattern: '\\S' } : {}) },
            [VERSION_PROPERTY]: { type: 'integer', minimum: 1, default: version },
            ...Object.fromEntries(always.map(([property, field]) => [property, propertySchema(field)])),
        },
        required: [
            'type',
            ...(nameRequired ? ['name'] : []),
            ...always.filter(isRequired).map(([property]) => property),
        ],
        ...(sometimes.length === 0 ? {} : { allOf: conditions }),
        'x-errors': { required: 'config-missing', other: 'config-invalid' },
    };
}

function isRequired([, { empty }]: readonly [string, Field]): boolean {
    return 'fault' in empty;
}

function conditionSchema(declaration: Declaration, { options }: Field): JsonSchema {
    const cases = casesOf(options.when ?? {}).map((all) => allOfSchema(declaration, all));
    return cases.length === 1 ? (cases[0] ?? {}) : { anyOf: cases };
}

function allOfSchema({ fields }: Declaration, all: AllOf): JsonSchema {
    const parts = Object.entries(all).map(([property, wanted]) => {
        const empty = fields[property]?.empty;
        return siblingSchema(property, wanted, empty && 'value' in empty ? empty.value : undefined);
    });
    return parts.length <= 1 ? (parts[0] ?? {}) : { allOf: parts };
}

function siblingSchema(property: string, wanted: Wanted, otherwise: unknown): JsonSchema {
    if (wanted === 'filled') return { properties: { [property]: FILLED }, required: [property] };
    if (typeof wanted === 'boolean') {
        const words = wordSchema(wanted ? FLAG_WORDS.on : FLAG_WORDS.off, true);
        const plain = [wanted, wanted ? 1 : 0, ...(otherwise === wanted ? [null] : [])];
        const given = { properties: { [property]: { anyOf: [{ enum: plain }, words] } } };
        return otherwise === wanted ? given : { ...given, required: [property] };
    }
    const positive = typeof wanted === 'string' || Array.isArray(wanted);
    const words = listOf(
        positive ? (wanted as string | readonly string[]) : (wanted as { not: string | readonly string[] }).not,
    );
    const isDefault = words.includes(String((otherwise ?? '') as string));
    const numbers = numbersIn(words);
    const asNumber = numbers.length > 0 ? [{ enum: numbers }] : [];
    const otherwiseEmpty = isDefault ? [BLANK_SCHEMA, { type: 'null' }] : [];
    const named = { properties: { [property]: { anyOf: [wordSchema(words), ...asNumber, ...otherwiseEmpty] } } };
    const holds = isDefault ? named : { ...named, required: [property] };
    if (positive) return holds;
    // The value of an environment variable is not known yet.
    return { not: { anyOf: [holds, { properties: { [property]: ENV_SCHEMA }, required: [property] }] } };
}
