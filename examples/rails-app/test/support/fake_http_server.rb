require "socket"

# Answers HTTP on a free port with the status and body that its block returns.
class FakeHttpServer
  Request = Data.define(:path, :headers, :body)

  attr_reader :url

  def initialize(&answer)
    @server = TCPServer.new("127.0.0.1", 0)
    @url = "http://127.0.0.1:#{@server.addr[1]}"
    @thread = Thread.new { loop { serve(@server.accept, answer) } }
  end

  def stop
    @thread.kill
    @server.close
  end

  private

  def serve(socket, answer)
    path = socket.gets.split[1]
    headers = {}
    while (line = socket.gets.chomp) != ""
      name, value = line.split(": ", 2)
      headers[name.downcase] = value
    end
    status, body = answer.call(Request.new(path:, headers:, body: socket.read(headers["content-length"].to_i)))
    socket.write("HTTP/1.1 #{status} Answer\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n\r\n#{body}")
  rescue => error
    warn "#{self.class}: #{error.full_message}"
  ensure
    socket.close
  end
end
