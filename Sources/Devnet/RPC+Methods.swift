// Which methods there are: docs/reference/json-rpc.md has the same.
extension RPC {
  /// Those of Ethereum's execution APIs, and those that clients of nodes call besides.
  static let methods: Set<String> = [
    "eth_accounts", "eth_blobBaseFee", "eth_blockNumber", "eth_call", "eth_chainId", "eth_coinbase",
    "eth_createAccessList", "eth_estimateGas", "eth_feeHistory", "eth_gasPrice", "eth_getBalance",
    "eth_getBlockByHash", "eth_getBlockByNumber", "eth_getBlockReceipts",
    "eth_getBlockTransactionCountByHash", "eth_getBlockTransactionCountByNumber", "eth_getCode",
    "eth_getFilterChanges", "eth_getFilterLogs", "eth_getLogs", "eth_getProof",
    "eth_getRawTransactionByHash", "eth_getStorageAt", "eth_getTransactionByBlockHashAndIndex",
    "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByHash",
    "eth_getTransactionBySenderAndNonce", "eth_getTransactionCount", "eth_getTransactionReceipt",
    "eth_getUncleByBlockHashAndIndex", "eth_getUncleByBlockNumberAndIndex",
    "eth_getUncleCountByBlockHash", "eth_getUncleCountByBlockNumber", "eth_hashrate",
    "eth_maxPriorityFeePerGas", "eth_mining", "eth_newBlockFilter", "eth_newFilter",
    "eth_newPendingTransactionFilter", "eth_pendingTransactions", "eth_protocolVersion",
    "eth_sendRawTransaction", "eth_sendTransaction", "eth_sign", "eth_signTransaction",
    "eth_signTypedData_v4", "eth_syncing", "eth_uninstallFilter", "personal_sign",
    "net_listening", "net_peerCount", "net_version", "web3_clientVersion", "web3_sha3",
    "txpool_content", "txpool_contentFrom", "txpool_inspect", "txpool_status",
    "debug_getRawBlock", "debug_getRawHeader", "debug_getRawReceipts", "debug_getRawTransaction",
    "debug_traceBlockByHash", "debug_traceBlockByNumber", "debug_traceCall",
    "debug_traceTransaction", "sluice_explainCall", "sluice_explainTransaction",
  ]

  /// Those that change what no client of a node could; each after `evm_`, `anvil_` and `hardhat_`.
  static let controls: Set<String> = [
    "addBalance", "autoImpersonateAccount", "dropAllTransactions", "dropTransaction", "dumpState",
    "getAutomine", "getIntervalMining", "impersonateAccount", "increaseTime", "loadState",
    "metadata", "mine", "nodeInfo", "removeBlockTimestampInterval", "removePoolTransactions",
    "reset", "revert", "setAccountBalance", "setAccountCode", "setAccountNonce",
    "setAccountStorageAt", "setAutomine", "setBalance", "setBlockGasLimit",
    "setBlockTimestampInterval", "setCode", "setCoinbase", "setIntervalMining",
    "setLoggingEnabled", "setNextBlockBaseFeePerGas", "setNextBlockTimestamp", "setNonce",
    "setPrevRandao", "setStorageAt", "setTime", "snapshot", "stopImpersonatingAccount",
  ]

  static let controlPrefixes: Set<Substring> = ["evm", "anvil", "hardhat"]

  /// The name of a control without its prefix; nil where a method is none.
  static func control(_ method: String) -> String? {
    guard let underscore = method.firstIndex(of: "_") else { return nil }
    let name = String(method[method.index(after: underscore)...])
    guard controlPrefixes.contains(method[..<underscore]), controls.contains(name) else {
      return nil
    }
    return name
  }
}
