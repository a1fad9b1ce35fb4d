export {
    compareOids,
    decodeInteger,
    decodeOid,
    elements,
    encodeInteger,
    encodeOid,
    encodeValue,
    tlv,
    type BerValue,
    type Tlv,
} from '../../e2e/support/wire-ber';
