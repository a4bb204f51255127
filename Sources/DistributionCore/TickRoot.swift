import DistributionModel
import EthereumPrimitives

/// Square roots of prices, in units of 2⁻⁹⁶: section 16 of `docs/reference/law.md`.
public enum TickRoot {
  /// fⱼ: 2¹²⁸ · 1.0001^(−2ʲ⁻¹), to the nearest whole number.
  private static let factors: [UInt128] = [
    0xfffc_b933_bd6f_ad37_aa2d_162d_1a59_4001, 0xfff9_7272_373d_4132_59a4_6990_580e_213a,
    0xfff2_e50f_5f65_6932_ef12_357c_f3c7_fdcc, 0xffe5_caca_7e10_e4e6_1c36_24ea_a094_1cd0,
    0xffcb_9843_d60f_6159_c9db_5883_5c92_6644, 0xff97_3b41_fa98_c081_472e_6896_dfb2_54c0,
    0xff2e_a164_66c9_6a38_43ec_78b3_26b5_2861, 0xfe5d_ee04_6a99_a2a8_11c4_61f1_969c_3053,
    0xfcbe_86c7_900a_88ae_dcff_c83b_479a_a3a4, 0xf987_a725_3ac4_1317_6f2b_074c_f781_5e54,
    0xf339_2b08_22b7_0005_940c_7a39_8e4b_70f3, 0xe715_9475_a2c2_9b74_43b2_9c7f_a6e8_89d9,
    0xd097_f3bd_fd20_22b8_845a_d8f7_92aa_5825, 0xa9f7_4646_2d87_0fdf_8a65_dc1f_90e0_61e5,
    0x70d8_69a1_56d2_a1b8_90bb_3df6_2baf_32f7, 0x31be_135f_97d0_8fd9_8123_1505_542f_cfa6,
    0x09aa_508b_5b7a_84e1_c677_de54_f3e9_9bc9, 0x005d_6af8_dedb_8119_6699_c329_225e_e604,
    0x0000_2216_e584_f5fa_1ea9_2604_1bed_fe98, 0x0000_0000_048a_1703_91f7_dc42_444e_8fa2,
  ]

  /// s(i), of a tick from `Tick.least` to `Tick.most`.
  public static func root(of tick: Int32) -> UInt256 {
    let distance = tick.magnitude
    var ratio = UInt256.one << 128
    for (bit, factor) in factors.enumerated() where distance >> UInt32(bit) & 1 == 1 {
      ratio = (ratio.multipliedFullWidth(by: UInt256(narrow: factor)) >> 128).low
    }
    if tick > 0 { ratio = quotient(.max, ratio) }
    let isWhole = (ratio << 224).isZero
    return (ratio >> 32) &+ (isWhole ? .zero : .one)
  }

  /// ρ: ⌊2²²⁴ / root⌋, below 2¹⁹².
  static func inverse(_ root: UInt256) -> UInt256 { quotient(UInt256.one << 224, root) }

  private static func quotient(_ dividend: UInt256, _ divisor: UInt256) -> UInt256 {
    guard let quotient = dividend.quotientAndRemainder(dividingBy: divisor)?.quotient else {
      preconditionFailure("roots are above 0")
    }
    return quotient
  }

  /// Whether a pool at this tick may have this root.
  static func isAt(_ tick: Int32, _ root: UInt256) -> Bool {
    tick < Tick.most && self.root(of: tick) <= root && root <= self.root(of: tick + 1)
  }
}
