// The native side of React Native's new architecture, as far as it is JavaScript's to see: timers,
// microtasks and native modules. Runs before the bundle, in both hosts, and speaks JSON with the test.
;(function (global) {
  'use strict'
  var post = global.__post
  var modules = global.__nativeModules
  delete global.__post
  delete global.__nativeModules
  var send = function (message) {
    post(JSON.stringify(message))
  }
  var waiting = {}
  var lastId = 0
  var keep = function (value) {
    waiting[++lastId] = value
    return lastId
  }
  var take = function (id) {
    var value = waiting[id]
    delete waiting[id]
    return value
  }

  global.RN$Bridgeless = true

  var startTimer = function (isRepeated) {
    return function (callback, delayMs) {
      var args = Array.prototype.slice.call(arguments, 2)
      var call = function () {
        callback.apply(undefined, args)
      }
      var id = keep({ call: call, isRepeated: isRepeated })
      send({ type: 'timer', id: id, delayMs: Number(delayMs) || 0, isRepeated: isRepeated })
      return id
    }
  }
  var stopTimer = function (id) {
    if (waiting[id] && waiting[id].call) {
      delete waiting[id]
      send({ type: 'stop-timer', id: id })
    }
  }
  global.setTimeout = startTimer(false)
  global.setInterval = startTimer(true)
  global.clearTimeout = stopTimer
  global.clearInterval = stopTimer
  global.requestAnimationFrame = function (callback) {
    return global.setTimeout(callback, 16)
  }
  global.cancelAnimationFrame = stopTimer
  delete global.setImmediate

  var callable = {}
  global.RN$registerCallableModule = function (name, factory) {
    callable[name] = factory
  }
  global.nativeLoggingHook = function (text, level) {
    send({ type: 'log', text: text, level: level })
  }

  var Promise = global.Promise
  // As the native one: a microtask that throws is fatal, and ends no other.
  var attempt = function (task) {
    try {
      task()
    } catch (error) {
      fail(error)
    }
  }
  var microtasks = {
    queueMicrotask: function (callback) {
      void Promise.resolve().then(attempt.bind(null, callback))
    },
  }
  var fail = function (error) {
    send({ type: 'fatal', text: String((error && (error.stack || error.message)) || error) })
  }

  // Callbacks come last, and are called once at most.
  var makeMethod = function (module, method, kind) {
    return function () {
      var args = Array.prototype.slice.call(arguments)
      var callbacks = args.filter(function (arg) {
        return typeof arg === 'function'
      })
      var message = {
        type: 'call',
        module: module,
        method: method,
        args: args.slice(0, args.length - callbacks.length),
        callbacks: callbacks.map(keep),
      }
      if (kind !== 'promise') return send(message)
      return new global.Promise(function (resolve, reject) {
        message.promise = keep({ resolve: resolve, reject: reject })
        send(message)
      })
    }
  }

  var performance = {
    now: function () {
      return Date.now()
    },
    timeOrigin: function () {
      return 0
    },
  }
  var made = { NativeMicrotasksCxx: microtasks, NativePerformanceCxx: performance }
  var find = function (name) {
    if (made[name]) return made[name]
    var described = modules[name]
    if (!described) return null
    var module = {}
    Object.keys(described.methods).forEach(function (method) {
      module[method] = makeMethod(name, method, described.methods[method])
    })
    module.getConstants = function () {
      return described.constants || {}
    }
    Object.assign(module, described.constants)
    return (made[name] = module)
  }
  global.__turboModuleProxy = find
  global.nativeModuleProxy = new Proxy({}, { get: (_, name) => find(name) })

  var commands = {
    fire: function (message) {
      var timer = waiting[message.id]
      if (!timer) return
      if (!timer.isRepeated) delete waiting[message.id]
      timer.call()
    },
    emit: function (message) {
      var emitter = callable.RCTDeviceEventEmitter()
      emitter.emit.apply(emitter, [message.name].concat(message.args))
    },
    callback: function (message) {
      take(message.id).apply(undefined, message.args)
    },
    resolve: function (message) {
      take(message.id).resolve(message.value)
    },
    reject: function (message) {
      take(message.id).reject(new Error(message.text))
    },
    run: function (message) {
      var reply = function (answer) {
        send(Object.assign({ type: 'reply', id: message.id }, answer))
      }
      global.Promise.resolve()
        .then(function () {
          return global.app[message.name](message.param)
        })
        .then(
          function (value) {
            reply({ value: value === undefined ? null : value })
          },
          function (error) {
            reply({
              error: {
                name: error && error.name,
                code: error && error.code,
                message: String(error && error.message),
                stack: String(error && error.stack),
              },
            })
          },
        )
    },
  }
  global.__receive = function (text) {
    try {
      var message = JSON.parse(text)
      commands[message.type](message)
    } catch (error) {
      fail(error)
    }
  }
})(globalThis)
