import assert from 'node:assert/strict';

/**
 * What Home Assistant's integration "MQTT" takes for the discovery of a device, by hand from its documentation ("MQTT", "MQTT Sensor", "MQTT Binary sensor",
 * "MQTT Switch", "MQTT Button"): a platform refuses a message with a key that it does not know, or without one that it needs.
 */
const DEVICE = {
    required: ['dev', 'o', 'cmps'],
    known: ['state_topic', 'command_topic', 'availability', 'availability_mode', 'qos', 'encoding'],
};
const OF_DEVICE = [
    ...['identifiers', 'connections', 'manufacturer', 'model', 'model_id', 'name', 'hw_version', 'serial_number'],
    ...['sw_version', 'via_device', 'suggested_area', 'configuration_url'],
];
const OF_ORIGIN = ['name', 'sw_version', 'support_url'];
const OF_ENTITY = [
    ...['platform', 'unique_id', 'default_entity_id', 'name', 'device_class', 'entity_category', 'icon'],
    ...['enabled_by_default', 'availability', 'availability_mode', 'qos', 'json_attributes_topic'],
];
const PLATFORMS: Readonly<Record<string, { required: string[]; known: string[]; classes: (string | undefined)[] }>> = {
    sensor: {
        required: [],
        known: ['state_topic', 'value_template', 'unit_of_measurement', 'state_class', 'expire_after', 'options'],
        classes: [
            ...[undefined, 'battery', 'duration', 'voltage', 'current', 'power', 'apparent_power', 'frequency'],
            ...['temperature', 'humidity', 'energy'],
        ],
    },
    binary_sensor: {
        required: [],
        known: ['state_topic', 'value_template', 'payload_on', 'payload_off', 'off_delay', 'expire_after'],
        classes: [undefined, 'problem', 'battery', 'running', 'connectivity', 'power'],
    },
    switch: {
        required: ['command_topic'],
        known: [
            ...['state_topic', 'value_template', 'payload_on', 'payload_off', 'state_on', 'state_off', 'optimistic'],
            'retain',
        ],
        classes: [undefined, 'outlet', 'switch'],
    },
    button: {
        required: ['command_topic'],
        known: ['payload_press', 'retain'],
        classes: [undefined, 'restart', 'update', 'identify'],
    },
};
/** Units that go with a device class of a sensor; others make a warning in its log. */
const UNITS: Readonly<Record<string, string>> = {
    ...{ battery: '%', duration: 's', voltage: 'V', current: 'A', power: 'W', apparent_power: 'VA', frequency: 'Hz' },
    ...{ temperature: '°C', humidity: '%', energy: 'kWh' },
};

type Entity = Record<string, unknown> & { platform: string };

export interface Discovery extends Record<string, unknown> {
    dev: Record<string, unknown>;
    o: Record<string, unknown>;
    cmps: Record<string, Entity>;
}

/** @throws AssertionError unless Home Assistant takes it */
export function assertDiscovery(payload: string): Discovery {
    const told = JSON.parse(payload) as Discovery;
    onlyKnown('discovery', told, DEVICE.required, DEVICE.known);
    onlyKnown('dev', told.dev, [], OF_DEVICE);
    assert.ok(Array.isArray(told.dev.identifiers) && told.dev.identifiers.length > 0, 'identifiers');
    onlyKnown('o', told.o, ['name'], OF_ORIGIN);
    for (const each of told.availability as object[])
        onlyKnown('availability', each, ['topic'], ['payload_available', 'payload_not_available', 'value_template']);
    assert.ok(['all', 'any', 'latest'].includes(String(told.availability_mode)));
    const ids = new Set<unknown>();
    for (const [key, entity] of Object.entries(told.cmps)) {
        const platform = PLATFORMS[entity.platform];
        assert.ok(platform, `${key}: ${entity.platform}`);
        onlyKnown(key, entity, ['platform', 'unique_id', ...platform.required], [...OF_ENTITY, ...platform.known]);
        assert.ok(platform.classes.includes(entity.device_class as string | undefined), `${key}: class`);
        assert.match(String(entity.default_entity_id), new RegExp(`^${entity.platform}\\.[a-z0-9_]+$`), key);
        assert.ok(!ids.has(entity.unique_id), `${key}: twice`);
        ids.add(entity.unique_id);
        if (entity.platform === 'sensor' && entity.device_class)
            assert.equal(entity.unit_of_measurement, UNITS[String(entity.device_class)], key);
        if (entity.state_class)
            assert.ok(['measurement', 'total', 'total_increasing'].includes(String(entity.state_class)));
        if (entity.entity_category) assert.ok(['config', 'diagnostic'].includes(String(entity.entity_category)));
        if (entity.platform === 'binary_sensor' || entity.platform === 'sensor')
            assert.ok(entity.state_topic ?? told.state_topic, `${key}: state_topic`);
    }
    return told;
}

function onlyKnown(what: string, told: object, required: readonly string[], known: readonly string[]): void {
    const keys = Object.keys(told);
    for (const key of required) assert.ok(keys.includes(key), `${what} lacks ${key}`);
    for (const key of keys) assert.ok(required.includes(key) || known.includes(key), `${what}: ${key} is not known`);
}
