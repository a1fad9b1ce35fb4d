import { casesOf, listOf, type AllOf, type Wanted } from './conditions';
import type { Declaration } from './declaration';
import { ENV_SCHEMA, type Field, type JsonSchema } from './field';
import { VERSION_PROPERTY } from './migrations';

const FILLED: JsonSchema = {
    anyOf: [
        { type: 'string', pattern: '\\S' },
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
 * A JSON Schema (draft 2020-12) of a stored node, for programs that write flows. A violation of `required` is config-missing at runtime,
 * any other violation is config-invalid. The schema accepts everything that the node accepts. The node itself (`validateFlow`) checks
 * settings against each other, formats, and settings that a condition hides.
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

/** A missing value and null mean the default, if there is one. */
function propertySchema(field: Field): JsonSchema {
    const schema = field.schema();
    return 'fault' in field.empty ? schema : { anyOf: [schema, { type: 'null' }] };
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
        const given = { properties: { [property]: { const: wanted } } };
        return otherwise === wanted ? given : { ...given, required: [property] };
    }
    const positive = typeof wanted === 'string' || Array.isArray(wanted);
    const words = listOf(
        positive ? (wanted as string | readonly string[]) : (wanted as { not: string | readonly string[] }).not,
    );
    const isDefault = words.includes(String((otherwise ?? '') as string));
    const named = { properties: { [property]: { enum: [...words, ...(isDefault ? ['', null] : [])] } } };
    const holds = isDefault ? named : { ...named, required: [property] };
    if (positive) return holds;
    // The value of an environment variable is not known yet.
    return { not: { anyOf: [holds, { properties: { [property]: ENV_SCHEMA }, required: [property] }] } };
}
