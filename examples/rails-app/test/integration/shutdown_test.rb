require "test_helper"

# Puma as config/puma.rb sets it, in a process of its own, in front of an app that answers when it is told to.
class ShutdownTest < ActiveSupport::TestCase
  APP = '$stdout.sync = true; run ->(_) { puts "Asked"; $stdin.gets; [ 200, {}, [] ] }'
  ANSWER = "HTTP/1.1 200 OK"

  test "whoever has connected before SIGTERM is answered" do
    port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    with_puma(port) do |puma|
      waiting = Array.new(20) { ask(port) }
      wait_until(puma, "Asked")
      Process.kill "TERM", puma.pid
      wait_until(puma, "Gracefully stopping")
      waiting.each { puma.puts }

      assert_equal [ ANSWER ] * 20, waiting.map { |connection| first_line(connection) }
    end
  end

  private

  # With one thread, so that all requests but the first wait.
  def with_puma(port)
    Tempfile.create([ "app", ".ru" ]) do |file|
      file.write(APP)
      file.close
      environment = { "PORT" => port.to_s, "RAILS_MAX_THREADS" => "1" }
      IO.popen([ environment, "puma", "-C", Rails.root.join("config/puma.rb").to_s, file.path ], "r+") do |puma|
        wait_until(puma, "Ctrl-C")
        puma.puts
        assert_equal ANSWER, first_line(ask(port))
        wait_until(puma, "Asked")
        yield puma
      end
    end
  end

  def wait_until(puma, said) = puma.each_line.find { |line| line.include?(said) } || flunk("Puma ended")

  def ask(port)
    TCPSocket.new("127.0.0.1", port).tap do |connection|
      connection.write "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    end
  end

  def first_line(connection)
    connection.gets&.chomp
  rescue SystemCallError => error
    error.message
  end
end
